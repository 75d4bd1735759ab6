using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Validate;
using Gatehouse.Policy;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>
/// The lookup of a name for a caller. Forbidden, withheld and missing names take the same path with the same work: the lists are requested, and once
/// more if the name is missing, whatever the policy and the lock have said (AZ-01, TP-02, design rule 15).
/// </summary>
internal sealed class NameResolution(ICatalogue catalogue)
{
    /// <summary>Tells whether the policy has permitted the name, the server has it, and it is not withheld.</summary>
    /// <exception cref="RefusalException">The server's list is not available: a check that needs a definition and has none refuses (design rule
    /// 10).</exception>
    public async ValueTask<bool> KnowsAsync(Exchange exchange, PolicyRequest request, bool permitted, CancellationToken cancellation)
    {
        await EraRule.RequireAsync(exchange, catalogue, cancellation).ConfigureAwait(false);
        exchange.DefinitionDigest = null; // of an earlier decision
        // Servers may serve resources that they do not list (MCP 2025-11-25, tools, resource links). They are permitted only if the operator chose
        // it.
        if (request is { Target: PolicyTarget.Resource, IsTemplate: false } && exchange.Server.Lists.UnlistedResources)
            return permitted && !await IsWithheldAsync(exchange, request.Name, cancellation).ConfigureAwait(false);
        var name = permitted ? request.Name : null;
        foreach (var kind in ListKinds.Naming(request.Target))
        {
            var list = await catalogue.ListAsync(exchange, kind, cancellation).ConfigureAwait(false);
            Recognize(exchange, list, request);
            if (Finds(exchange, list, name)) return true;
        }

        exchange.Withheld = null; // it may be a different one now
        foreach (var kind in ListKinds.Naming(request.Target))
        {
            var list = await catalogue.RenewAsync(exchange, kind, cancellation).ConfigureAwait(false);
            Recognize(exchange, list, request);
            if (Finds(exchange, list, name)) return true;
        }

        return false;
    }

    /// <summary>
    /// Notes that the name is in the server's list as last known, without a request to the server: for a refusal before the lookup of the name.
    /// </summary>
    public void Recognize(Exchange exchange, in PolicyRequest request)
    {
        if (request.Target is not (PolicyTarget.Tool or PolicyTarget.Prompt)) return;
        foreach (var kind in ListKinds.Naming(request.Target)) Recognize(exchange, catalogue.Known(exchange, kind), request);
    }

    // For the log, which has a name of the list in clear and seals every other one (DP-03). Also for a name that the caller may not use.
    private static void Recognize(Exchange exchange, ServerList? list, in PolicyRequest request)
    {
        if (request.Target is PolicyTarget.Tool or PolicyTarget.Prompt && request.Name is { } name && list?.Find(name) is not null)
            exchange.Record.ListedName = name;
    }

    // A listed and withheld resource cannot be read as an unlisted one.
    private async ValueTask<bool> IsWithheldAsync(Exchange exchange, string? uri, CancellationToken cancellation)
    {
        if (uri is null) return false;
        var list = exchange.Snapshot.Definitions.Judges.Count > 0
            ? await catalogue.ListAsync(exchange, ListKind.Resources, cancellation).ConfigureAwait(false)
            : catalogue.Known(exchange, ListKind.Resources);
        exchange.Withheld = list is null ? null : WithheldEntries.Find(exchange, exchange.Snapshot, list, uri);
        return exchange.Withheld is not null;
    }

    private static bool Finds(Exchange exchange, ServerList list, string? name)
    {
        // A resource that is withheld under its own name cannot be read through a template that covers it.
        if (name is null || exchange.Withheld is not null) return false;
        var entry = list.Find(name) ?? Covering(exchange, list, name);
        if (entry is null) return false;
        if (!Visibility.Exists(exchange, exchange.Snapshot, list, entry))
        {
            exchange.Withheld = WithheldEntries.Find(exchange, exchange.Snapshot, list, entry.Name);
            exchange.WithheldNotes = WithheldEntries.Observe(exchange, exchange.Snapshot, list).Find(entry.Name)?.Notes ?? [];
            return false;
        }

        exchange.Tool = entry.Tool ?? exchange.Tool;
        Note(exchange, list, entry);
        exchange.Prompt = entry.Prompt ?? exchange.Prompt;
        return true;
    }

    // Of several templates, one that is visible to the caller, so that a withheld template takes nothing from it.
    private static ListEntry? Covering(Exchange exchange, ServerList list, string uri)
    {
        ListEntry? withheld = null;
        foreach (var entry in list.Entries)
        {
            if (entry.Shape is not { } shape || !shape.Matches(uri, exchange.Work)) continue;
            if (Visibility.Exists(exchange, exchange.Snapshot, list, entry)) return entry;
            withheld ??= entry;
        }

        return withheld;
    }

    // The event of each call contains the digest in force.
    private static void Note(Exchange exchange, ServerList list, ListEntry entry)
    {
        if (WithheldEntries.Observe(exchange, exchange.Snapshot, list).Find(entry.Name) is not { } judged) return;
        exchange.DefinitionDigest = judged.Digest;
        exchange.Record.Add(judged.InForce);
        foreach (var note in judged.Notes) exchange.Record.Add(note);
    }
}
