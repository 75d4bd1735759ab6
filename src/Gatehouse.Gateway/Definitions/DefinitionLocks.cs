using Gatehouse.Gateway.Control;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Differences;
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
    private readonly GatewayHostOptions options;
    private readonly DefinitionMemory memory;
    private readonly Lazy<FirstUses> firstUses;
    private volatile LockFile content = new([]);

    public DefinitionLocks(DefinitionWords words, Action<string, (string Name, string Value)[]> note, GatewayHostOptions options)
    {
        this.words = words;
        this.note = note;
        this.options = options;
        time = options.Time;
        memory = new DefinitionMemory(time);
        firstUses = new Lazy<FirstUses>(RestoreFirstUses);
    }

    /// <summary>What the lock withholds.</summary>
    public WithheldDefinitions Withheld { get; } = new();

    /// <summary>The snapshot with the judges of its configuration.</summary>
    /// <exception cref="StoreException">What administrators said cannot be read.</exception>
    public GatewaySnapshot Join(GatewaySnapshot snapshot)
    {
        content = snapshot.Settings.Lock?.Content ?? new LockFile([]);
        var judges = Judges(snapshot.Settings).ToList();
        return snapshot with { Definitions = new DefinitionStandings(options.JudgesForRange?.Invoke(judges) ?? judges, memory) { ForgetsForRange = options.ForgetsForRange } };
    }

    private IEnumerable<IDefinitionJudge> Judges(GatewaySettings settings)
    {
        if (settings.Lock is { } named)
        {
            var given = Given(words.All(time.GetUtcNow()), named.Approvers);
            yield return new LockJudge(named.Content, named.Rules, given, ServerIdentities.Of, named.TrustsFirstUse ? firstUses.Value : null, Withheld);
        }

        if (settings.FoundLock is { } found) yield return new FoundLockJudge(_ => found, ServerIdentities.Of);
        if (options.FindLock is { } find) yield return new FoundLockJudge(find, ServerIdentities.Of);
        yield return new MetadataJudge(settings.Inspection, MetadataInspector.Inspect, Told);
    }

    // What is left of a suppression is said: it no longer hides anything, or would hide the next finding unseen.
    private void Told(FindingSuppression suppression, bool isExpired)
    {
        note(isExpired ? "suppression.expired" : "suppression.unused", [("server", suppression.Server), ("finding", suppression.Id), ("line", suppression.Line.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        options.Diagnostics($"inspection.metadata.suppressions, line {suppression.Line}: {suppression.Id} of server {suppression.Server} {(isExpired ? "has expired" : "matches nothing")}");
    }

    /// <summary>What is withheld, each with what a person needs to judge it.</summary>
    /// <param name="needed">How many different administrators must approve.</param>
    public IReadOnlyList<PendingDefinition> Pending(int needed)
    {
        var rows = words.All(time.GetUtcNow());
        return [.. Withheld.All().Select(one => Pending(one, rows, needed))];
    }

    /// <summary>Keeps a person's approval of what is withheld now.</summary>
    /// <exception cref="StoreException">It is not kept.</exception>
    public async Task<DefinitionOutcome> ApproveAsync(DefinitionWord word, int needed)
    {
        if (Withheld.Find(word.Server, word.Kind, word.Name) is not { } one)
            return DefinitionOutcome.Refuse("no such definition is withheld", "list what is with: gatehouse approve --gateway");
        if (one.Digest != word.Digest)
            return DefinitionOutcome.Refuse("the server says something else by now than what you were shown", "look at it again with: gatehouse approve --gateway");
        if (word.Until <= time.GetUtcNow()) return DefinitionOutcome.Refuse("the approval would have ended already", "name a time to come");
        var before = words.All(time.GetUtcNow()).Where(row => IsOf(row, one) && !row.IsRevocation && row.By != FirstUseBy).Select(row => row.By).ToList();
        if (before.Contains(word.By, StringComparer.Ordinal)) // four eyes: who asked for it cannot be the one who agrees
            return DefinitionOutcome.Refuse("you have approved this already", "another administrator must approve it too");
        await words.AddAsync(Row(word, one.Identity.Source.ToString(), one.Digest, one.Definition.Json)).ConfigureAwait(false);
        var count = before.Count + 1;
        if (count < needed) return DefinitionOutcome.Of($"approved by {count} of {needed}; another administrator must approve it too");
        Withheld.Forget(word.Server, word.Kind, word.Name);
        return DefinitionOutcome.Of("approved; it is seen from now on");
    }

    /// <summary>Keeps that an approval was taken back: of everything of that name that is approved now, in the file or here.</summary>
    /// <exception cref="StoreException">It is not kept, or not all of it.</exception>
    public async Task<DefinitionOutcome> RevokeAsync(DefinitionWord word, GatewaySettings settings)
    {
        var kind = DefinitionKinds.Text(word.Kind);
        var approved = words.All(time.GetUtcNow())
            .Where(row => row.Server == word.Server && row.Kind == kind && row.Name == word.Name && row.Digest != NothingDigest && !row.IsRevocation)
            .Select(row => (row.Source, row.Digest)).ToHashSet();
        if (settings.Lock?.Content.Find(word.Server) is { } locked && locked.Find(word.Kind, word.Name) is { } known) approved.Add((locked.Source.ToString(), known.Digest));
        if (approved.Count == 0) return DefinitionOutcome.Refuse("nothing of this name is approved", "see the lock");
        foreach (var (source, digest) in approved) await words.AddAsync(Row(word, source, digest, default) with { IsRevocation = true }).ConfigureAwait(false);
        return DefinitionOutcome.Of("taken back; it is withheld from now on");
    }

    private PendingDefinition Pending(WithheldDefinition one, IReadOnlyList<DefinitionWordRow> rows, int needed) => new(
        one.Server, one.Identity.Source.ToString(), DefinitionKinds.Text(one.Definition.Kind), one.Definition.Name, one.Digest, one.Reason, one.At,
        [.. rows.Where(row => IsOf(row, one) && !row.IsRevocation && row.By != FirstUseBy).Select(row => row.By)], needed, [.. FindingText.Lines(one.Definition), .. Lines(one, rows)]);

    private IReadOnlyList<string> Lines(WithheldDefinition one, IReadOnlyList<DefinitionWordRow> rows)
    {
        if (Before(one, rows) is not { } before) return DefinitionText.Lines(one.Definition);
        var changes = DefinitionDifference.Between(before, one.Definition);
        return changes.Count == 0 ? DefinitionText.Lines(one.Definition) : [.. changes.Select(change => change.ToString())];
    }

    // What was approved last under the name: on this gateway, else in the file.
    private ServerDefinition? Before(WithheldDefinition one, IReadOnlyList<DefinitionWordRow> rows)
    {
        var kind = DefinitionKinds.Text(one.Definition.Kind);
        var given = rows.LastOrDefault(row => row.Server == one.Server && row.Kind == kind && row.Name == one.Definition.Name && row.Digest != one.Digest && row.Definition.Length > 0);
        return given is not null ? new ServerDefinition(one.Definition.Kind, given.Name, given.Definition, new Protocol.ByteRange(0, given.Definition.Length)) : Locked(one);
    }

    private ServerDefinition? Locked(WithheldDefinition one) => content.Find(one.Server)?.Find(one.Definition.Kind, one.Definition.Name)?.Definition;

    private static bool IsOf(DefinitionWordRow row, WithheldDefinition one) =>
        row.Server == one.Server && row.Source == one.Identity.Source.ToString() && row.Kind == DefinitionKinds.Text(one.Definition.Kind) && row.Name == one.Definition.Name && row.Digest == one.Digest;

    private DefinitionWordRow Row(DefinitionWord word, string source, string digest, ReadOnlyMemory<byte> definition) => new(
        word.Server, source, DefinitionKinds.Text(word.Kind), word.Name, digest, word.By, time.GetUtcNow(), word.Until ?? DateTimeOffset.MaxValue, word.Reason, false, definition);

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
        note("definition.first-use", [("server", use.Server), ("source", use.Source), ("about", DefinitionKinds.Text(use.Kind)), ("count", use.Definitions.Count.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
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
            options.Diagnostics($"first use of {use.Server} is not kept over a restart: {e.Message}");
        }
    }

    private static DefinitionWordRow Row(FirstUse use, string name, string digest, ReadOnlyMemory<byte> definition) => new(
        use.Server, use.Source, DefinitionKinds.Text(use.Kind), name, digest, FirstUseBy, use.At, DateTimeOffset.MaxValue, "taken on first use", false, definition);
}
