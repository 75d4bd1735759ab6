using System.Globalization;
using System.Text.RegularExpressions;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Secrets;

/// <summary>
/// Texts with and without secrets as people write them, in <c>Sets</c>. They were written before the rules that find them, and have been in view
/// since: a floor against loss.
/// </summary>
[Trait("Requirement", "SC-07")]
public sealed partial class HandWrittenSetTests(ITestOutputHelper output)
{
    private const int Rounds = 10;

    // By chance a drawn text has a word or a run in it that placeholders have, or lacks a digit.
    private const int MostByChance = 1;

    [Theory]
    [InlineData("hits.txt", true, 80, 76)]
    [InlineData("harmless.txt", false, 80, 79)]
    public void Texts_AreJudgedAsTheyAreMeant(string name, bool isSecret, int count, int least)
    {
        var forms = File.ReadLines(Path.Join(Pages.Root, "tests/Gatehouse.Inventory.Tests/Secrets/Sets", name)).Where(line => line[0] != '#').ToList();
        Assert.Equal(count, forms.Count);
        var wrong = forms.Where((form, row) => IsWrong(form, isSecret, new Dice((ulong)row + 1))).ToList();
        output.WriteLine($"{name}: {forms.Count - wrong.Count} of {forms.Count} right\n{string.Join('\n', wrong)}");
        Assert.True(forms.Count - wrong.Count >= least, $"{wrong.Count} wrong: {string.Join('\n', wrong)}");
    }

    private static bool IsWrong(string form, bool isSecret, Dice dice) =>
        Enumerable.Range(0, Rounds).Count(_ => IsFound(Draw(form, dice)) != isSecret) > MostByChance;

    private static bool IsFound(string text) => SecretDetector.Find(text).Any(hit => hit.Confidence >= Confidence.Medium);

    private static string Draw(string form, Dice dice) => Piece().Replace(form.Replace("\\n", "\n", StringComparison.Ordinal), match =>
    {
        if (match.Groups[1].Success) return Drawn.Guid(dice);
        var length = int.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch
        {
            "pair" => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"svc-build:{Drawn.Text(dice, length)}")),
            var named => Drawn.OfClass(named, dice, length),
        };
    });

    [GeneratedRegex(@"\{(?:(uuid)|([a-z][a-z0-9]*) ([0-9]+))\}", RegexOptions.CultureInvariant)]
    private static partial Regex Piece();
}
