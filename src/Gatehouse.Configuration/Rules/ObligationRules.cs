using Gatehouse.Configuration.Reading;
using Gatehouse.Policy.Files;
using Gatehouse.Settings;

namespace Gatehouse.Configuration.Rules;

/// <summary>
/// The rules for obligations of acts: each names acts that there are, in one entry only, and asks for something. A second person must exist, and
/// acts for an emergency wait for one only where the entry says so.
/// </summary>
internal static class ObligationRules
{
    public static void Check(ConfigurationSection root, Action<ConfigurationSection> checkWho, bool development, FaultList faults)
    {
        var entries = root.Part("administration").Parts("obligations");
        foreach (var entry in entries)
        {
            checkWho(entry.Part("secondPerson"));
            CheckActs(entry, faults);
            CheckTerms(root, entry, development, faults);
        }

        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var act in entries.SelectMany(static entry => entry.Items("acts")).Where(act => !named.Add(act.Text)))
            faults.Add(act, $"the act {act.Text} is named twice, so that it is not clear what it needs", "name each act once");
    }

    private static void CheckActs(ConfigurationSection entry, FaultList faults)
    {
        if (entry.Find("acts") is { Items.Count: 0 } empty) faults.Add(empty, "the list is empty, so the entry is about no act", "name at least one act");
        var delays = entry.Get<bool>("delaysEmergency");
        foreach (var act in entry.Items("acts"))
        {
            if (!ObligedActs.All.TryGetValue(act.Text, out var known))
                faults.Add(act, "no act of this name can have an obligation",
                    $"use one of: {string.Join(", ", ObligedActs.All.Keys.Order(StringComparer.Ordinal))}");
            else if (known.IsOfEmergency && entry.Part("secondPerson").IsGiven && !delays)
                faults.Add(act, "this act takes a right away, and in an incident it would wait for a second person",
                    "remove it from the list, or write 'delaysEmergency: true' in this entry");
        }
    }

    private static void CheckTerms(ConfigurationSection root, ConfigurationSection entry, bool development, FaultList faults)
    {
        var second = entry.Part("secondPerson");
        if (!second.IsGiven && entry.Get<string>("reason") != "required")
            faults.Add(entry.At, entry.Path, "the entry asks for nothing", "add 'secondPerson', or 'reason: required'");
        if (!second.IsGiven && entry.Wrote("expires"))
            faults.Add(entry.Find("expires")!, "without 'secondPerson' nothing waits, so that nothing expires", "remove 'expires', or add 'secondPerson'");
        if (!second.IsGiven) return;
        if (development)
            faults.Add(second.At, second.Path, "with --dev there is one person only, so that no second person can grant the act",
                "start the gateway without --dev, or remove 'secondPerson'");
        else if (IsOnePerson(root.Part("administration").Part("who"), second))
            faults.Add(second.At, second.Path, "it names only the person who is the only administrator, so that no other person can grant the act",
                "name another person");
    }

    // As far as names show it: one subject in both lists, without a wildcard, and the same one.
    private static bool IsOnePerson(ConfigurationSection who, ConfigurationSection second) =>
        OnlySubject(who) is { } administrator && OnlySubject(second) == administrator
            && IssuersOf(who).SequenceEqual(IssuersOf(second), StringComparer.Ordinal);

    /// <summary>Returns the only person that a list of people names; null where it can be more than one.</summary>
    internal static string? OnlySubject(ConfigurationSection people) =>
        people.IsGiven && people.Texts("subjects") is [var one] && !one.Contains('*', StringComparison.Ordinal) ? one : null;

    private static IReadOnlyList<string> IssuersOf(ConfigurationSection people) => people.Texts("issuers");
}
