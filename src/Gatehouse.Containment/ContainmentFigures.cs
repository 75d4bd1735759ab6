using System.Globalization;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Containment;

/// <summary>Figures about the containments in force, for <c>gatehouse status</c> and the metrics.</summary>
internal static class ContainmentFigures
{
    private const int MostShown = 10;

    /// <summary>Returns the facts: the number of containments, and the oldest of them. Nothing where nothing is contained.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Facts(ContainedSet contained)
    {
        if (contained.All.Count == 0) yield break;
        yield return KeyValuePair.Create("contained", contained.All.Count.ToString(CultureInfo.InvariantCulture));
        foreach (var one in contained.All.Take(MostShown)) yield return KeyValuePair.Create("contained." + one.Id, Words(one.Facts));
    }

    /// <summary>Returns the number of containments of each kind, also of those without any.</summary>
    public static IEnumerable<(string Kind, int Count)> Counts(ContainedSet contained) => Enum.GetValues<ContainmentKind>()
        .Select(kind => (ContainmentKinds.WordOf(kind), contained.All.Count(one => one.Facts.Kind == kind)));

    private static string Words(ContainmentFacts facts) => ContainmentKinds.TargetOf(facts).ToString();
}
