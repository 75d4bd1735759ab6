using System.Collections.ObjectModel;
using System.Globalization;
using System.Text;
using Gatehouse.Configuration.Texts;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// The order in which configurations were kept, oldest first, which of them was in force last, and since when each is unused. The times are recorded
/// here, because a copy, a restore or an account that may write the folder gives files other times.
/// </summary>
/// <param name="InForce">The digest of the one in force; null where none was.</param>
/// <param name="Previous">The digest of the one in force before it; null where there was none.</param>
/// <param name="Kept">The digests of all that are kept.</param>
internal sealed record ConfigurationOrder(string? InForce, string? Previous, IReadOnlyList<string> Kept)
{
    private const char None = '-';

    /// <summary>
    /// The times (UTC) since which a configuration is unused: when it was kept, or came out of force. One that an earlier build kept has none.
    /// </summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Since { get; init; } = ReadOnlyDictionary<string, DateTimeOffset>.Empty;

    /// <summary>The order of an empty store.</summary>
    public static ConfigurationOrder Empty { get; } = new(null, null, []);

    /// <summary>Returns the order with a configuration as the newest, unused since now.</summary>
    public ConfigurationOrder With(string digest, DateTimeOffset now) =>
        Unused([digest], now) with { Kept = [.. Kept.Where(one => one != digest), digest] };

    /// <summary>
    /// Returns the order with a configuration in force. The one that the order has in force, and the one that left, are unused since now.
    /// </summary>
    /// <param name="digest">The configuration.</param>
    /// <param name="left">
    /// The one that left; null for none. It is not the one in this order where the order could not be written when it came into force.
    /// </param>
    /// <param name="now">The time.</param>
    public ConfigurationOrder WithInForce(string digest, string? left, DateTimeOffset now) =>
        Unused(new[] { InForce, left }.OfType<string>().Where(one => one != digest), now) with
        {
            InForce = digest,
            Previous = digest == InForce ? Previous : InForce,
        };

    /// <summary>Returns the order in which each configuration without a time is unused since now.</summary>
    public ConfigurationOrder WithTimes(DateTimeOffset now) => Unused(Kept.Where(digest => !Since.ContainsKey(digest)), now);

    /// <summary>Returns whether a configuration must not go: it is in force, or the one before it.</summary>
    public bool Holds(string digest) => digest == InForce || digest == Previous;

    /// <summary>Writes the order.</summary>
    public byte[] ToBytes() =>
        Encoding.ASCII.GetBytes($"{InForce ?? None.ToString()}\n{Previous ?? None.ToString()}\n{string.Join('\n', Kept.Select(LineOf))}");

    /// <summary>Reads an order. What is no digest is left out.</summary>
    public static ConfigurationOrder Of(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.ASCII.GetString(bytes).Split('\n');
        var kept = lines.Skip(2).Select(line => line.Split(' ')).Where(parts => ConfigurationTexts.IsDigest(parts[0])).ToList();
        var since = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var parts in kept.Where(parts => parts.Length > 1))
        {
            if (DateTimeOffset.TryParseExact(parts[1], "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)) since[parts[0]] = at;
        }

        return new ConfigurationOrder(Digest(lines, 0), Digest(lines, 1), [.. kept.Select(parts => parts[0])]) { Since = since };
    }

    private ConfigurationOrder Unused(IEnumerable<string> digests, DateTimeOffset now)
    {
        var since = new Dictionary<string, DateTimeOffset>(Since, StringComparer.Ordinal);
        foreach (var digest in digests) since[digest] = now;
        return this with { Since = since };
    }

    private string LineOf(string digest) =>
        Since.TryGetValue(digest, out var at) ? string.Create(CultureInfo.InvariantCulture, $"{digest} {at.ToUniversalTime():O}") : digest;

    private static string? Digest(string[] lines, int at) => lines.Length > at && ConfigurationTexts.IsDigest(lines[at]) ? lines[at] : null;
}
