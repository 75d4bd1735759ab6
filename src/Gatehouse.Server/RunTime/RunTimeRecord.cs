using Gatehouse.Gateway.Hosting;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Server.RunTime;

/// <summary>
/// The entries of the audit log about acts that a running tool did not declare. They are the caller's: in the caller's part of the log, about the
/// caller, with the exchange of the call as their parent.
/// </summary>
internal static class RunTimeRecord
{
    /// <summary>Returns what begins the record of a call.</summary>
    /// <param name="core">The gateway.</param>
    /// <param name="server">The name of the server.</param>
    /// <param name="partyOf">Returns issuer, subject and client of the caller of a call, and the id of its exchange.</param>
    public static Func<RequestContext<CallToolRequestParams>, Action<(string Name, string Value)[]>> Of(
        GatewayCore core, string server,
        Func<RequestContext<CallToolRequestParams>, ((string Issuer, string Subject, string? Client), string? Exchange)> partyOf) =>
        call =>
        {
            var (caller, exchange) = partyOf(call);
            var journal = core.Services.Journal.Since(core.Services.Options.Time.GetTimestamp());
            return facts => journal.NoteOfCall(caller, exchange, "tool.undeclared", [("server", server), .. facts]);
        };
}
