// The command line: verbs, options, messages and exit codes. Results go to stdout, the rest to
// stderr.
#pragma once

namespace trainyard::cli {

// 0 ok, 1 run failed, 2 usage, 65 bad scenario, 66 file missing, 70 our bug, 73 cannot write,
// 75 try again, 130 interrupted.
int main(int argc, char** argv);

}  // namespace trainyard::cli
