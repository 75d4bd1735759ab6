using System.Text;
using Gatehouse.Configuration.Snapshots;

namespace Gatehouse.Gateway.Configurations;

/// <summary>The order in which configurations were kept, oldest first, and which of them was in force last.</summary>
/// <param name="InForce">The digest of the one in force; null where none was.</param>
/// <param name="Previous">The digest of the one in force before it; null where there was none.</param>
/// <param name="Kept">The digests of all that are kept.</param>
internal sealed record ConfigurationOrder(string? InForce, string? Previous, IReadOnlyList<string> Kept)
{
    private const char None = '-';

    /// <summary>The order of an empty store.</summary>
    public static ConfigurationOrder Empty { get; } = new(null, null, []);

    /// <summary>Returns the order with a configuration as the newest.</summary>
    public ConfigurationOrder With(string digest) => this with { Kept = [.. Kept.Where(one => one != digest), digest] };

    /// <summary>Returns the order with a configuration in force.</summary>
    public ConfigurationOrder WithInForce(string digest) =>
        this with { InForce = digest, Previous = digest == InForce ? Previous : InForce };

    /// <summary>Returns whether a configuration must not go: it is in force, or the one before it.</summary>
    public bool Holds(string digest) => digest == InForce || digest == Previous;

    /// <summary>Writes the order.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes($"{InForce ?? None.ToString()}\n{Previous ?? None.ToString()}\n{string.Join('\n', Kept)}");

    /// <summary>Reads an order. What is no digest is left out.</summary>
    public static ConfigurationOrder Of(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.ASCII.GetString(bytes).Split('\n');
        return new ConfigurationOrder(Digest(lines, 0), Digest(lines, 1), [.. lines.Skip(2).Where(ConfigurationTexts.IsDigest)]);
    }

    private static string? Digest(string[] lines, int at) => lines.Length > at && ConfigurationTexts.IsDigest(lines[at]) ? lines[at] : null;
}
