using System.Collections.Concurrent;
using System.Security.Cryptography;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Pipeline.Lists;

/// <summary>A whole list of a server at one time, in the server's order. Immutable.</summary>
public sealed class ServerList
{
    // A list that so many callers share at once is judged anew now and then; nothing else is lost.
    private const int MostCallers = 1000;

    private readonly Dictionary<string, ListEntry> byName;
    private ConcurrentDictionary<CallerPartition, DefinitionStatuses.Judgement>? byCaller;

    /// <summary>Creates the list.</summary>
    /// <param name="kind">Which list.</param>
    /// <param name="entries">The entries; of several with one name the first counts, the others must not be there.</param>
    /// <param name="version">SHA-256 over everything in it.</param>
    public ServerList(ListKind kind, IReadOnlyList<ListEntry> entries, ReadOnlyMemory<byte> version)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Kind = kind;
        Entries = entries;
        Version = version;
        byName = entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        Size = entries.Sum(e => (long)e.Json.Length + (e.Name.Length * 2L) + 256);
    }

    /// <summary>A list with nothing in it, in the words of the gateway alone.</summary>
    /// <param name="kind">Which list.</param>
    /// <param name="modern">True for the modern era, which says of each result what it is and who may share it.</param>
    public static ServerList Empty(ListKind kind, bool modern) => new(kind, [], SHA256.HashData([(byte)kind, modern ? (byte)1 : (byte)0]))
    {
        ResultType = modern ? "\"complete\""u8.ToArray() : default(ReadOnlyMemory<byte>),
        TtlMilliseconds = modern ? 0 : null,
        HasCacheScope = modern,
    };

    /// <summary>Which list.</summary>
    public ListKind Kind { get; }

    /// <summary>The entries.</summary>
    public IReadOnlyList<ListEntry> Entries { get; }

    /// <summary>SHA-256 over everything in it.</summary>
    public ReadOnlyMemory<byte> Version { get; }

    /// <summary>About how much memory it takes, in bytes.</summary>
    public long Size { get; }

    /// <summary>False when the server answers the method as one that it does not have.</summary>
    public bool IsSupported { get; private init; } = true;

    /// <summary>True when the server answers on an event stream; then its clients get the list on one as well.</summary>
    public bool IsStreamed { get; init; }

    /// <summary><c>result.resultType</c> as its raw token; empty where the server sends none.</summary>
    public ReadOnlyMemory<byte> ResultType { get; init; }

    /// <summary>The other members of the server's first answer, as they stand in an object; empty when there are none.</summary>
    public ReadOnlyMemory<byte> Others { get; init; }

    /// <summary>What the server says about the age of the list, in milliseconds; null when it says nothing.</summary>
    public long? TtlMilliseconds { get; init; }

    /// <summary>True when the server says who may share the list.</summary>
    public bool HasCacheScope { get; init; }

    /// <summary>What the judges of a snapshot said of it for all callers, kept here so that it is found without a search.</summary>
    internal DefinitionStatuses.Judgement? Kept { get; private set; }

    /// <summary>The same for one caller, where definitions differ by caller.</summary>
    internal DefinitionStatuses.Judgement? KeptFor(CallerPartition caller) => byCaller?.GetValueOrDefault(caller);

    /// <summary>Keeps what the judges said.</summary>
    internal void Keep(CallerPartition? caller, DefinitionStatuses.Judgement judgement)
    {
        if (caller is not { } one)
        {
            Kept = judgement;
            return;
        }

        var all = Volatile.Read(ref byCaller) ?? Interlocked.CompareExchange(ref byCaller, new(), null) ?? byCaller;
        if (all.Count >= MostCallers) all.Clear(); // they are judged anew
        all[one] = judgement;
    }

    /// <summary>How long the gateway serves it: what the server says, within bounds.</summary>
    public TimeSpan Life { get; init; }

    /// <summary>The list of a server that does not have it.</summary>
    /// <param name="kind">Which list.</param>
    /// <param name="life">How long that is believed.</param>
    public static ServerList Unsupported(ListKind kind, TimeSpan life) =>
        new(kind, [], SHA256.HashData([(byte)kind, 2])) { IsSupported = false, Life = life };

    /// <summary>The entry of exactly that name; null when there is none.</summary>
    public ListEntry? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>True when the other list has the same entries in another order, and says the same about itself.</summary>
    /// <param name="other">The other list.</param>
    public bool IsPermutationOf(ServerList other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Kind != other.Kind || Entries.Count != other.Entries.Count
            || Version.Span.SequenceEqual(other.Version.Span) || !Others.Span.SequenceEqual(other.Others.Span)) return false;
        var moved = false;
        for (var at = 0; at < Entries.Count; at++)
        {
            if (other.Find(Entries[at].Name) is not { } twin || !twin.Digest.Span.SequenceEqual(Entries[at].Digest.Span)) return false;
            moved |= !ReferenceEquals(twin, other.Entries[at]);
        }

        return moved;
    }
}
