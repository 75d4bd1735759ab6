using Gatehouse.Administration;
using Gatehouse.Gateway.Hosting;

namespace Gatehouse.Gateway.Administration;

/// <summary>Acts of administration as control entries of the audit log.</summary>
internal sealed class AuditJournal(GatewayCore core) : IAdministrationJournal
{
    public bool IsAvailable => core.Audit.IsAvailable;

    public Task<bool> NoteDurableAsync(string act, params (string Name, string Value)[] facts) => core.NoteDurableAsync(act, facts);

    public void NoteRefused(string who, string act, params (string Name, string Value)[] facts) => core.NoteRefused(who, act, facts);
}
