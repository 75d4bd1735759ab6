using System.Collections.Concurrent;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Pipeline.Listing;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// What may be seen of what servers say of themselves (TP-02): the judges of one snapshot, and their answers, each kept with the
/// list it is about. A message keeps the snapshot it began with, and so the lock (design rule 7). Safe for concurrent use.
/// </summary>
/// <param name="judges">The judges, in the order in which their reasons count.</param>
/// <param name="memory">What callers were told, kept over snapshots.</param>
public sealed class DefinitionStandings(IReadOnlyList<IDefinitionJudge> judges, DefinitionMemory memory)
{
    // Instructions, capabilities and server information by what was said; a server that says something else each time fills no more.
    private const int MostSingle = 1000;

    private readonly ConcurrentDictionary<(string Server, DefinitionKind Kind, string Digest), JudgedDefinition> single = new();

    /// <summary>No judges: everything is seen that does not change within a session.</summary>
    public static DefinitionStandings None => new([], new DefinitionMemory(TimeProvider.System));

    /// <summary>The judges.</summary>
    public IReadOnlyList<IDefinitionJudge> Judges => judges;

    /// <summary>What callers were told.</summary>
    public DefinitionMemory Memory => memory;

    /// <summary>What the judges say of a list; the same object for the same list until one of the answers ends.</summary>
    public JudgedList Judge(Exchange exchange, ServerList list)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(list);
        if (list.Kept is { } kept && ReferenceEquals(kept.By, this) && (kept.List.Until == DateTimeOffset.MaxValue || exchange.Record.Now < kept.List.Until)) return kept.List;
        var judged = JudgeAll(exchange.Server, list, exchange.Record.Now);
        list.Kept = new Judgement(this, judged); // of two at once either will do: they say the same
        return judged;
    }

    /// <summary>What the judges say of instructions, capabilities or server information.</summary>
    public JudgedDefinition Judge(Exchange exchange, ServerDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(definition);
        if (!ReadableTexts.CanList(definition)) return NotListable(definition);
        var digest = DefinitionDigest.Of(definition);
        var key = (exchange.Server.Name, definition.Kind, digest);
        var now = exchange.Record.Now;
        if (single.TryGetValue(key, out var known) && now < known.Until) return known;
        if (single.Count >= MostSingle) single.Clear();
        return single[key] = Ask(new DefinitionQuestion(exchange.Server, definition, digest, now));
    }

    private JudgedList JudgeAll(ServerSettings server, ServerList list, DateTimeOffset now)
    {
        var judged = new Dictionary<string, JudgedDefinition>(list.Entries.Count, StringComparer.Ordinal);
        foreach (var entry in list.Entries)
        {
            var definition = new ServerDefinition(ListKinds.Definition(list.Kind), entry.Name, entry.Json, new ByteRange(0, entry.Json.Length));
            judged[entry.Name] = ReadableTexts.CanList(definition)
                ? Ask(new DefinitionQuestion(server, definition, DefinitionDigest.Of(definition), now) { IsRepeated = entry.IsRepeated })
                : NotListable(definition);
        }

        return new JudgedList(judged);
    }

    private JudgedDefinition Ask(in DefinitionQuestion question)
    {
        var verdicts = new DefinitionVerdict[judges.Count];
        for (var at = 0; at < verdicts.Length; at++) verdicts[at] = judges[at].Judge(question);
        return new JudgedDefinition(question.Definition.Kind, question.Definition.Name, question.Digest, verdicts);
    }

    /// <summary>A judged list with the standings that it was judged by. Kept with the list alone, so that what sessions remember holds no lock of old.</summary>
    internal sealed record Judgement(DefinitionStandings By, JudgedList List);

    // What cannot be listed cannot be digested or inspected within bounds, so there is nothing that a judge could say.
    private static JudgedDefinition NotListable(ServerDefinition definition) =>
        new(definition.Kind, definition.Name, "", [DefinitionVerdict.Withhold(WithheldReasons.NotListable)]);
}
