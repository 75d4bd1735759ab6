namespace Gatehouse.Bench.Profiling;

/// <summary>The part of the gateway, of its libraries or of the system to which the time of a sample belongs.</summary>
internal static class CostOwner
{
    private const string Elsewhere = "other code";

    // By a word of the innermost system call. Order matters: the first that is found.
    private static readonly (string Word, string Owner)[] Calls =
    [
        ("sync", "kernel: fdatasync"), ("sys_pwrite", "kernel: writes to files"), ("sys_write", "kernel: writes to files"),
        ("sys_send", "kernel: socket send"), ("sys_recv", "kernel: socket receive"), ("sys_epoll", "kernel: epoll"),
        ("sys_futex", "kernel: futex (threads that sleep and wake)"), ("sys_sched_yield", "kernel: sched_yield (threads that spin)"),
    ];

    // By the beginning of the type's full name. The innermost frame that has an owner decides; of two beginnings the longer one is first.
    private static readonly (string Beginning, string Owner)[] Types =
    [
        ("Gatehouse.Audit.Privacy.", "record: personal facts sealed"), ("Gatehouse.Audit.Tree.", "record: hashes and tree"),
        ("Gatehouse.Audit.Log.", "record: queue and commit"), ("Gatehouse.Audit.", "record: entries as JSON"),
        ("Gatehouse.Pipeline.Record", "record: entry objects"),
        ("Gatehouse.Pipeline.Accept.", "stage: accept"),
        ("Gatehouse.Pipeline.Validate.", "stage: validate"), ("Gatehouse.Protocol.", "stage: validate"),
        ("Gatehouse.Pipeline.Authenticate.", "stage: authenticate"), ("Gatehouse.Identity.", "stage: authenticate"),
        ("Gatehouse.Pipeline.Resolve.", "stage: resolve"), ("Gatehouse.Pipeline.Sessions.", "stage: session"),
        ("Gatehouse.Pipeline.Limit.", "stage: limit"), ("Gatehouse.Gateway.Limits.", "stage: limit"),
        ("Gatehouse.Pipeline.Authorize.", "stage: authorize"), ("Gatehouse.Policy.", "stage: authorize"),
        ("Gatehouse.Pipeline.Inspection.", "stage: inspection"), ("Gatehouse.Detection.", "stage: inspection"),
        ("Gatehouse.Text.", "stage: inspection"),
        ("Gatehouse.Pipeline.Approve.", "stage: approve"),
        ("Gatehouse.Pipeline.Forward.", "upstream: our code"), ("Gatehouse.Pipeline.Upstream.", "upstream: our code"),
        ("Gatehouse.Upstreams.", "upstream: our code"), ("Gatehouse.Outbound.", "upstream: our code"),
        ("Gatehouse.Gateway.Transport.", "transport: our code"), ("Gatehouse.Gateway.Telemetry.", "telemetry"),
        ("Gatehouse.", "pipeline: exchange and its life"),
        ("Microsoft.AspNetCore.", "Kestrel"), ("System.IO.Pipelines.", "Kestrel"), ("System.Net.Http.", "SocketsHttpHandler"),
        ("System.Net.Sockets.", "sockets of .NET"),
    ];

    /// <summary>Returns the owner of a sample.</summary>
    /// <param name="stack">Its stack, the innermost frame first.</param>
    public static string Of(IReadOnlyList<StackFrame> stack)
    {
        var leaf = stack[0];
        if (leaf.IsKernel) return OfKernel(stack);
        if (IsIn(leaf, "libclrjit")) return "runtime: compiler";
        if (IsIn(leaf, "libclrgc") || IsIn(leaf, "libcoreclr")) return "runtime: GC, allocation, casts, locks";
        foreach (var frame in stack)
        {
            var method = frame.Method;
            if (method.Length == 0) continue;
            foreach (var (beginning, owner) in Types)
            {
                if (method.StartsWith(beginning, StringComparison.Ordinal)) return owner;
            }
        }

        if (stack.Any(static frame => frame.Method.StartsWith("System.Threading.", StringComparison.Ordinal))) return "thread pool";
        if (IsIn(leaf, "libcrypto") || IsIn(leaf, "libssl")) return "OpenSSL without a caller";
        return IsIn(leaf, "libc.") ? "libc without a caller" : Elsewhere;
    }

    private static string OfKernel(IReadOnlyList<StackFrame> stack)
    {
        foreach (var frame in stack.Where(static frame => frame.IsKernel).Reverse())
        {
            foreach (var (word, owner) in Calls)
            {
                if (frame.Symbol.Contains(word, StringComparison.Ordinal)) return owner;
            }
        }

        return "kernel: switches, interrupts, page faults";
    }

    private static bool IsIn(StackFrame frame, string image) => Path.GetFileName(frame.Image).StartsWith(image, StringComparison.Ordinal);
}
