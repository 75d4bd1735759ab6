using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// A change of the configuration that is under way. It is kept in the folder of the texts before its entry <see cref="EntryActs.Applied"/> is written,
/// and is removed before the configuration is in force. One that is there at a start did not come into force: its process ended before.
/// </summary>
/// <param name="Facts">The facts of the entry <see cref="EntryActs.Refused"/> that undoes the change.</param>
internal sealed partial record PendingChange(IReadOnlyList<(string Name, string Value)> Facts)
{
    /// <summary>The type of fault of a change whose process ended.</summary>
    public const string ProcessEnded = "process-ended";

    /// <summary>
    /// The type of fault of a change whose entry <see cref="EntryActs.Applied"/> the log did not confirm. It may be in the log nevertheless.
    /// </summary>
    public const string NotConfirmed = "entry-not-confirmed";

    /// <summary>The type of fault of a change whose record cannot be read. Which change it was is not known.</summary>
    public const string PendingDamaged = "pending-change-damaged";

    /// <summary>A change whose record cannot be read.</summary>
    public static PendingChange Damaged { get; } =
        new([("digest", ""), (EntryActs.UndoneFact, "yes"), (EntryActs.FaultFact, PendingDamaged), (EntryActs.RecoveredFact, "yes")]);

    /// <summary>Writes the record.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(
        [.. Facts.Select(static fact => new[] { fact.Name, fact.Value })], FactsJson.Default.StringArrayArray);

    /// <summary>Reads a record.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static PendingChange Of(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (JsonSerializer.Deserialize(bytes, FactsJson.Default.StringArrayArray) is { Length: > 0 } pairs
                && Array.TrueForAll(pairs, static pair => pair is { Length: 2 } && pair[0] is not null && pair[1] is not null))
                return new PendingChange([.. pairs.Select(static pair => (pair[0], pair[1]))]);
        }
        catch (JsonException)
        {
            // reported below
        }

        throw new InvalidDataException("the record of a pending change of the configuration is damaged");
    }

    [JsonSerializable(typeof(string[][]))]
    private sealed partial class FactsJson : JsonSerializerContext;
}
