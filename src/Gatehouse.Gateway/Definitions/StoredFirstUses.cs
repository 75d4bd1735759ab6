using System.Globalization;
using Gatehouse.Diagnostics;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Definitions;

/// <summary>The first uses in the store: restored for the first configuration that trusts them, and kept when a definition is seen first.</summary>
/// <param name="store">The store.</param>
/// <param name="note">Writes a control entry of the audit log.</param>
/// <param name="options">The options of the host.</param>
internal sealed class StoredFirstUses(IDefinitionApprovalStore store, Action<string, (string Name, string Value)[]> note, GatewayHostOptions options)
{
    // A definition is kept in full so that a later change can be shown. Of a longer one only the digest is kept.
    private const int LongestKept = 64 << 10;
    private const long MostKept = 16L << 20;

    // An event names what was added; names are outside text of any number.
    private const int MostNames = 20;

    private readonly Lock gate = new();
    private readonly List<Task> keeping = [];
    private TrustOnFirstUse? uses;

    /// <summary>Returns the first uses; the first call restores them from the rows of the store. One at a time.</summary>
    public TrustOnFirstUse Restored(IReadOnlyList<DefinitionApprovalRow> rows) => uses ??= Restore(rows);

    /// <summary>Returns when first uses that were seen are stored or could not be. After an orderly end, nothing is trusted a second time.</summary>
    public Task FlushAsync()
    {
        lock (gate) return Task.WhenAll(keeping);
    }

    private TrustOnFirstUse Restore(IReadOnlyList<DefinitionApprovalRow> rows)
    {
        var sight = options.Replacements.Apply(PartNames.FirstSight, new FirstUseScope(options.IsPersonal));
        var restored = new TrustOnFirstUse(KeepAsync, StoreInBackground, sight.IsOfCallers);
        foreach (var group in rows.Where(row => FirstUseMarker.Is(row.By) && !row.IsRevocation)
            .GroupBy(row => (row.Server, row.Source, row.Kind, row.By)))
        {
            // A kind that was not kept to its end was shown to no caller, so it is seen for the first time again.
            if (!DefinitionKinds.TryParse(group.Key.Kind, out var kind) || !group.Any(row => row.Digest == FirstUseMarker.NothingDigest)) continue;
            var definitions = group.Where(row => row.Digest != FirstUseMarker.NothingDigest).Select(row =>
                (new ServerDefinition(kind, row.Name, row.Definition, new ByteRange(0, row.Definition.Length)), row.Digest));
            restored.Restore(new FirstUseRecord(group.Key.Server, group.Key.Source, kind, [.. definitions], group.Min(row => row.At))
            { Caller = FirstUseMarker.Parse(group.Key.By) });
        }

        return restored;
    }

    // Durable before anything of it is shown; a store that refuses leaves the kind unseen, and so withheld.
    private async Task KeepAsync(FirstUseRecord use)
    {
        try
        {
            await Task.WhenAll(WriteDefinitions(use)).ConfigureAwait(false);
            await store.AddSeenAsync(Row(use, "", FirstUseMarker.NothingDigest, default)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ArgumentException or ObjectDisposedException)
        {
            options.Log.Write(OperatorEvents.FirstUseNotStored, LogValue.Configured(use.Server), LogValue.Cause(e));
            throw new RefusalException(Reasons.DefinitionMissing, "first use is not kept", e);
        }

        Note(use);
    }

    // One commit takes many of them.
    private List<Task> WriteDefinitions(FirstUseRecord use)
    {
        var left = MostKept;
        List<Task> writes = [];
        foreach (var (definition, digest) in use.Definitions)
        {
            var isKept = definition.Range.Length <= LongestKept && definition.Range.Length <= left;
            if (isKept) left -= definition.Range.Length;
            writes.Add(store.AddSeenAsync(Row(use, definition.Name, digest, isKept ? definition.Json : default)).AsTask());
        }

        return writes;
    }

    // A caller's session has shown it by now. If it cannot be stored, it holds only for this process, and the operator learns that the next start
    // would trust the server's definitions again.
    private void StoreInBackground(FirstUseRecord use)
    {
        var kept = StoreInBackgroundAsync(use);
        lock (gate)
        {
            keeping.RemoveAll(static task => task.IsCompleted);
            keeping.Add(kept);
        }
    }

    private async Task StoreInBackgroundAsync(FirstUseRecord use)
    {
        try
        {
            await KeepAsync(use).ConfigureAwait(false);
        }
        catch (RefusalException)
        {
            // It was reported.
        }
    }

    // An empty kind is stored and is not reported.
    private void Note(FirstUseRecord use)
    {
        if (use.Definitions.Count == 0) return;
        List<(string, string)> facts =
        [
            ("server", use.Server), ("source", use.Source), ("about", DefinitionKinds.Text(use.Kind)),
            ("count", use.Definitions.Count.ToString(CultureInfo.InvariantCulture)),
        ];
        if (use.Caller is { } caller) facts.Add(("caller", caller.ToString()));
        if (use.IsGrowth)
            facts.Add(("names", string.Join(' ', use.Definitions.Take(MostNames).Select(one => ShownName.Of(one.Definition.Name)))));
        note(use.IsGrowth ? "definition.growth" : "definition.first-use", [.. facts]);
    }

    private static DefinitionApprovalRow Row(FirstUseRecord use, string name, string digest, ReadOnlyMemory<byte> definition) => new(
        use.Server, use.Source, DefinitionKinds.Text(use.Kind), name, digest, FirstUseMarker.Format(use.Caller), use.At, DateTimeOffset.MaxValue,
        "taken on first use", false, definition);
}
