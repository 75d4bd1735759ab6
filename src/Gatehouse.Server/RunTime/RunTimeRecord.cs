using Gatehouse.Gateway.Hosting;

namespace Gatehouse.Server.RunTime;

/// <summary>The entries of the audit log about acts that a running tool did not declare.</summary>
internal static class RunTimeRecord
{
    /// <summary>Returns a receiver that writes an entry for each.</summary>
    public static Action<string, string, string, bool> Of(GatewayCore core, string server) => (tool, kind, what, isRefused) => core.Note(
        "tool.undeclared", ("server", server), ("tool", tool), ("kind", kind), ("what", what), ("outcome", isRefused ? "refused" : "observed"));
}
