using System.Globalization;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Control;

/// <summary>
/// What administrators do about definitions of servers (TP-03): see what is withheld, approve it, take an approval back. Who does it
/// was proven before; what they approve is named by its digest, so that nothing passes that they were not shown.
/// </summary>
internal sealed class DefinitionActs(GatewayCore core)
{
    private const int LongestReason = 1024;

    /// <summary>What is withheld.</summary>
    public ControlReply Pending() => new() { Ok = true, Pending = core.Definitions.Pending(core.Snapshots.Current.Settings.LockInForce.Approvers), Remedy = core.NobodyApproves };

    /// <summary>Approves one definition.</summary>
    /// <param name="request">Server, kind, name, digest, reason, end.</param>
    /// <param name="who">Who does it.</param>
    public async Task<ControlReply> ApproveAsync(ControlRequest request, string who)
    {
        if (Faults(request, out var kind) is { } fault) return fault;
        if (request.Digest is not { Length: > 0 } digest) return ControlReply.Refuse("no digest is named", "take it from: gatehouse approve --gateway");
        DateTimeOffset? until = null;
        if (request.Until is { } text)
        {
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end)) return ControlReply.Refuse("the end is no time", "write a time such as 2027-01-31T00:00:00Z");
            until = end;
        }

        return await ActAsync(() => core.ApproveAsync(new DefinitionWord(request.Server!, kind, request.Value!, digest, who, request.Reason!) { Until = until })).ConfigureAwait(false);
    }

    /// <summary>Takes approvals of a definition back, those of the file included.</summary>
    public async Task<ControlReply> RevokeAsync(ControlRequest request, string who)
    {
        return Faults(request, out var kind) is { } fault
            ? fault
            : await ActAsync(() => core.RevokeAsync(new DefinitionWord(request.Server!, kind, request.Value!, "", who, request.Reason!))).ConfigureAwait(false);
    }

    private static async Task<ControlReply> ActAsync(Func<Task<DefinitionOutcome>> act)
    {
        try
        {
            var outcome = await act().ConfigureAwait(false);
            return outcome.Refused is { } refused ? ControlReply.Refuse(refused, outcome.Remedy!) : ControlReply.Done(outcome.Done!);
        }
        catch (Exception e) when (e is StoreException or ArgumentException)
        {
            return ControlReply.Refuse($"it is not kept, and not in force: {e.Message}", "mend the store and do it again");
        }
    }

    private static ControlReply? Faults(ControlRequest request, out DefinitionKind kind)
    {
        if (!DefinitionKinds.TryParse(request.Kind, out kind)) return ControlReply.Refuse("this kind is not known", "name one of tool, prompt, resource, template, instructions, capabilities, server");
        if (request.Server is not { Length: > 0 } || request.Value is null || DefinitionKinds.IsNamed(kind) != request.Value.Length > 0)
            return ControlReply.Refuse("no definition is named", "name a server, a kind and, where the kind has names, a name");
        return request.Reason is { Length: > 0 and <= LongestReason } ? null : ControlReply.Refuse("no reason is given", "say why with --reason, in at most 1024 characters");
    }
}
