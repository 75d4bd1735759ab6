using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Integrity.Locks;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Definitions;

/// <summary>
/// Makes the judges of each snapshot from its configuration and from what administrators said, and keeps what lives longer than a
/// snapshot: what callers were told, what is withheld, and first uses.
/// </summary>
internal sealed class DefinitionLocks
{
    /// <summary>Who approved what was taken on first use.</summary>
    public const string FirstUseBy = "first use";

    // A kind that was empty when it was seen first: a row of its own, with a name that no definition has.
    private const string NothingDigest = "none";

    private readonly DefinitionWords words;
    private readonly TimeProvider time;
    private readonly Action<string, (string Name, string Value)[]> note;
    private readonly Action<string> diagnostics;
    private readonly Func<IReadOnlyList<IDefinitionJudge>, IReadOnlyList<IDefinitionJudge>>? judgesForRange;
    private readonly DefinitionMemory memory;
    private readonly Lazy<FirstUses> firstUses;

    public DefinitionLocks(
        DefinitionWords words, TimeProvider time, Action<string, (string Name, string Value)[]> note, Action<string> diagnostics,
        Func<IReadOnlyList<IDefinitionJudge>, IReadOnlyList<IDefinitionJudge>>? judgesForRange)
    {
        this.words = words;
        this.time = time;
        this.note = note;
        this.diagnostics = diagnostics;
        this.judgesForRange = judgesForRange;
        memory = new DefinitionMemory(time);
        firstUses = new Lazy<FirstUses>(RestoreFirstUses);
    }

    /// <summary>What the lock withholds.</summary>
    public WithheldDefinitions Withheld { get; } = new();

    /// <summary>The snapshot with the judges of its configuration.</summary>
    /// <exception cref="StoreException">What administrators said cannot be read.</exception>
    public GatewaySnapshot Join(GatewaySnapshot snapshot)
    {
        var judges = Judges(snapshot.Settings).ToList();
        return snapshot with { Definitions = new DefinitionStandings(judgesForRange?.Invoke(judges) ?? judges, memory) };
    }

    private IEnumerable<IDefinitionJudge> Judges(GatewaySettings settings)
    {
        if (settings.Lock is { } named)
        {
            var given = Given(words.All(time.GetUtcNow()), named.Approvers);
            yield return new LockJudge(named.Content, named.Rules, given, ServerIdentities.Of, named.TrustsFirstUse ? firstUses.Value : null, Withheld);
        }

        if (settings.FoundLock is { } found) yield return new FoundLockJudge(found, ServerIdentities.Of);
        yield return new MetadataJudge(settings.Inspection, MetadataInspector.Inspect, Told);
    }

    // What is left of a suppression is said: it no longer hides anything, or would hide the next finding unseen.
    private void Told(FindingSuppression suppression, bool isExpired)
    {
        note(isExpired ? "suppression.expired" : "suppression.unused", [("server", suppression.Server), ("finding", suppression.Id), ("line", suppression.Line.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        diagnostics($"inspection.metadata.suppressions, line {suppression.Line}: {suppression.Id} of server {suppression.Server} {(isExpired ? "has expired" : "matches nothing")}");
    }

    /// <summary>What enough different people said, of each digest.</summary>
    internal static GivenApprovals Given(IEnumerable<DefinitionWordRow> rows, int approvers)
    {
        var given = new List<GivenApproval>();
        foreach (var group in rows.Where(row => row.By != FirstUseBy).GroupBy(row => (row.Server, row.Source, row.Kind, row.Name, row.Digest)))
        {
            if (!DefinitionKinds.TryParse(group.Key.Kind, out var kind)) continue;
            var isRevoked = group.Any(row => row.IsRevocation);
            if (!isRevoked && group.Select(row => row.By).Distinct(StringComparer.Ordinal).Count() < approvers) continue;
            var until = group.Min(row => row.Until);
            given.Add(new GivenApproval(group.Key.Server, group.Key.Source, kind, group.Key.Name, group.Key.Digest, group.Max(row => row.At))
            {
                By = [.. group.Select(row => row.By)],
                Expires = until == DateTimeOffset.MaxValue ? null : until,
                IsRevoked = isRevoked,
            });
        }

        return new GivenApprovals(given);
    }

    private FirstUses RestoreFirstUses()
    {
        var uses = new FirstUses(Keep);
        foreach (var group in words.All(time.GetUtcNow()).Where(row => row.By == FirstUseBy && !row.IsRevocation).GroupBy(row => (row.Server, row.Source, row.Kind)))
        {
            if (!DefinitionKinds.TryParse(group.Key.Kind, out var kind)) continue;
            var definitions = group.Where(row => row.Digest != NothingDigest).Select(row =>
                (new ServerDefinition(kind, row.Name, row.Definition, new Protocol.ByteRange(0, row.Definition.Length)), row.Digest));
            uses.Restore(new FirstUse(group.Key.Server, group.Key.Source, kind, [.. definitions], group.Min(row => row.At)));
        }

        return uses;
    }

    // What cannot be kept holds for this process alone, and is said so: the next start would trust anew.
    private void Keep(FirstUse use)
    {
        note("definition.first-use", [("server", use.Server), ("source", use.Source), ("kind", DefinitionKinds.Text(use.Kind)), ("count", use.Definitions.Count.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        _ = KeepAsync(use);
    }

    private async Task KeepAsync(FirstUse use)
    {
        try
        {
            foreach (var (definition, digest) in use.Definitions) await words.AddAsync(Row(use, definition.Name, digest, definition.Json)).ConfigureAwait(false);
            await words.AddAsync(Row(use, "", NothingDigest, default)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ArgumentException or ObjectDisposedException)
        {
            diagnostics($"first use of {use.Server} is not kept over a restart: {e.Message}");
        }
    }

    private static DefinitionWordRow Row(FirstUse use, string name, string digest, ReadOnlyMemory<byte> definition) => new(
        use.Server, use.Source, DefinitionKinds.Text(use.Kind), name, digest, FirstUseBy, use.At, DateTimeOffset.MaxValue, "taken on first use", false, definition);
}
