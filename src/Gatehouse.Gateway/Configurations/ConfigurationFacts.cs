using System.Globalization;
using Gatehouse.Configuration.Texts;
using Gatehouse.Files;

namespace Gatehouse.Gateway.Configurations;

/// <summary>Facts of the entries about changes of the configuration. Their names are those of the event model.</summary>
internal static class ConfigurationFacts
{
    /// <summary>Returns the facts of an entry <see cref="EntryActs.Applied"/>.</summary>
    /// <param name="texts">The configuration.</param>
    /// <param name="previous">The digest of the one before it; null for none.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="origin">Who wanted it, and in which way.</param>
    /// <param name="isKept">True where its texts are kept.</param>
    public static List<(string Name, string Value)> OfApplied(
        ConfigurationTexts texts, string? previous, long generation, ConfigurationOrigin origin, bool isKept) =>
    [
        ("digest", texts.Digest), ("previous", previous ?? ""), ("generation", Text(generation)), ("files", Text(texts.Files.Count)),
        ("kept", isKept ? "yes" : "no"), .. origin.Facts(), .. PlaceOf(texts),
    ];

    /// <summary>Returns the facts of an entry <see cref="EntryActs.Refused"/>.</summary>
    /// <param name="texts">The configuration; null where its texts could not be read.</param>
    /// <param name="previous">The digest of the one in force; null for none.</param>
    /// <param name="faults">The number of faults.</param>
    /// <param name="generation">The generation that stays in force.</param>
    /// <param name="origin">Who wanted it, and in which way.</param>
    /// <param name="fault">The type of a fault that is not one of the configuration; null for none.</param>
    public static List<(string Name, string Value)> OfRefused(
        ConfigurationTexts? texts, string? previous, int faults, long generation, ConfigurationOrigin origin, string? fault) =>
    [
        ("digest", texts?.Digest ?? ""), ("previous", previous ?? ""), ("generation", Text(generation)), ("faults", Text(faults)),
        .. fault is null ? Array.Empty<(string, string)>() : [(EntryActs.FaultFact, fault)], .. origin.Facts(), .. PlaceOf(texts),
    ];

    /// <summary>Returns the facts of an entry <see cref="EntryActs.Incomplete"/>.</summary>
    /// <param name="texts">The configuration; null for one that was not read from a file.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="steps">The steps that failed, in words of this program.</param>
    public static List<(string Name, string Value)> OfIncomplete(ConfigurationTexts? texts, long generation, IEnumerable<string> steps) =>
        [("digest", texts?.Digest ?? ""), ("generation", Text(generation)), ("why", string.Join(' ', steps))];

    /// <summary>Returns the further facts of an entry that undoes a change.</summary>
    /// <param name="change">The name of the change; null where it is not known.</param>
    public static IEnumerable<(string Name, string Value)> Undone(string? change)
    {
        yield return (EntryActs.UndoneFact, "yes");
        if (change is not null) yield return (EntryActs.ChangeFact, change);
    }

    /// <summary>Returns the further facts of an entry that is written later than its act.</summary>
    /// <param name="at">The time of the act.</param>
    public static IEnumerable<(string Name, string Value)> Recovered(DateTimeOffset at)
    {
        yield return (EntryActs.AttemptedFact, at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        yield return (EntryActs.RecoveredFact, "yes");
    }

    // The owner is the one of the file now. A file that was exchanged since it was read has another, and its next reading another digest.
    private static IEnumerable<(string Name, string Value)> PlaceOf(ConfigurationTexts? texts)
    {
        if (texts?.Main is not { } main) yield break;
        yield return ("path", main.Path);
        if (PosixFile.UserOf(main.Path) is { } owner) yield return ("owner", Text(owner));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
