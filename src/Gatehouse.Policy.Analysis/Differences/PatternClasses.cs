using System.Text;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>
/// The classes of all texts by the patterns that match them, with a shortest text of each class. Every state that the patterns can be in together is
/// visited once.
/// </summary>
internal sealed class PatternClasses
{
    private const int MostStates = 20_000;
    private const int LongestPattern = 4096;
    private const string Letters = "xyzabcdefghijklmnopqrstuvw0123456789";
    private readonly PatternStep[][] patterns;
    private readonly char[] always;
    private readonly WorkBudget budget;

    public PatternClasses(IEnumerable<IEnumerable<PatternStep>> patterns, string separators, WorkBudget budget)
    {
        var all = patterns.Select(pattern => pattern.ToArray()).ToList();
        this.patterns = [.. all.Where(pattern => pattern.Length <= LongestPattern)];
        IsComplete = all.Count == this.patterns.Length && all.Count <= char.MaxValue;
        this.budget = budget;
        var used = this.patterns.SelectMany(pattern => pattern).Select(step => step.Letter).ToHashSet();
        var fresh = Letters.Where(letter => !used.Contains(letter)).DefaultIfEmpty('\u03BE').First();
        always = [fresh, .. separators];
    }

    /// <summary>False when there were more states than are visited: a class may be missing.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Returns a shortest text of each class, the class of no pattern included.</summary>
    public IReadOnlyList<string> Find()
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var queue = new Queue<((int Pattern, int At)[] State, string Word)>();
        queue.Enqueue((Close(patterns.Select((_, i) => (i, 0))), ""));
        while (queue.TryDequeue(out var entry))
        {
            foreach (var letter in Next(entry.State))
            {
                var state = Close(entry.State.Where(place => Step(place) is { } step && step.Takes(letter))
                    .Select(place => Step(place)!.Value.Loops ? place : (place.Pattern, place.At + 1)));
                if (!seen.Add(Key(state))) continue;
                found.TryAdd(Accepted(state), entry.Word + letter);
                if (seen.Count > MostStates || !budget.Take(1 + state.Length)) IsComplete = false;
                else queue.Enqueue((state, entry.Word + letter));
            }
        }

        return [.. found.Values];
    }

    private PatternStep? Step((int Pattern, int At) place) => place.At < patterns[place.Pattern].Length ? patterns[place.Pattern][place.At] : null;

    private IEnumerable<char> Next((int Pattern, int At)[] state) =>
        always.Concat(state.Select(Step).OfType<PatternStep>().Select(step => step.Letter).Where(letter => letter != '\0')).Distinct();

    // A loop may be taken no time at all.
    private (int Pattern, int At)[] Close(IEnumerable<(int Pattern, int At)> places)
    {
        var all = new SortedSet<(int, int)>();
        foreach (var place in places)
        {
            var (pattern, at) = place;
            while (all.Add((pattern, at)) && at < patterns[pattern].Length && patterns[pattern][at].Loops) at++;
        }

        return [.. all];
    }

    private static string Key((int Pattern, int At)[] state)
    {
        var key = new StringBuilder();
        foreach (var (pattern, at) in state) key.Append((char)pattern).Append((char)at);
        return key.ToString();
    }

    private string Accepted((int Pattern, int At)[] state) => Key([.. state.Where(place => place.At == patterns[place.Pattern].Length)]);
}
