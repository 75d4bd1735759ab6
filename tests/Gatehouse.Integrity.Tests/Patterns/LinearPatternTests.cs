using System.Text.RegularExpressions;
using Gatehouse.Integrity.Patterns;

namespace Gatehouse.Integrity.Tests.Patterns;

public sealed class LinearPatternTests
{
    [Theory]
    [InlineData("^(?!\\s).+$", "a b", true)]
    [InlineData("^(?!\\s).+$", " a", false)]
    [InlineData("^(?=.*\\d)(?=.*[a-z]).{4,}$", "abc1", true)]
    [InlineData("^(?=.*\\d)(?=.*[a-z]).{4,}$", "abcd", false)]
    [InlineData("\\bcat\\b", "a cat.", true)]
    [InlineData("\\bcat\\b", "concat", false)]
    [InlineData("^.$", "😀", true)]
    [InlineData("^[😀-😃]$", "😁", true)]
    [InlineData("^\\u{1F600}$", "😀", true)]
    [InlineData("^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$", "a.b@c-d.org", true)]
    [InlineData("^\\p{Lu}\\P{Lu}$", "Äa", true)]
    [InlineData("^a{2,3}$", "aaaa", false)]
    [InlineData("^(?<year>\\d{4})$", "2026", true)]
    [InlineData("a{,3}", "a{,3}", true)]
    [InlineData("^[^]$", "\n", true)]
    [InlineData("[]", "a", false)]
    public void Matches_AsEcma262Says(string pattern, string text, bool matches)
    {
        long work = 100_000;
        Assert.Equal(matches, LinearPattern.Compile(pattern, 1_000).Matches(text, ref work));
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("^(a|aa)+$")]
    [InlineData("^(.*a){10}$")]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    public void PatternsThatBlowUpElsewhere_TakeWorkInProportionToTheText(string pattern)
    {
        var compiled = LinearPattern.Compile(pattern, 1_000);
        var once = Work(compiled, 200);
        var twice = Work(compiled, 400);
        Assert.InRange(twice, once, once * 5 / 2);
    }

    // Each would take minutes or gigabytes if only instructions were counted, or none at all.
    [Theory]
    [InlineData("((((){9999}){9999}){9999}){9999}")]
    [InlineData("((?=a{999}){999}){999}")]
    [InlineData("(((a{99}){99}){99}){99}")]
    public void PatternsThatBlowUpWhenCompiled_AreRefused(string pattern) =>
        Assert.Throws<PatternRefused>(() => LinearPattern.Compile(pattern, 100_000));

    [Fact]
    public void LongPatterns_AreRefused() =>
        Assert.Throws<PatternRefused>(() => LinearPattern.Compile(new string('{', LinearPattern.MaxLength + 1), 100_000));

    [Fact]
    public void ClassesOfManyRanges_AreStillExact()
    {
        var pattern = LinearPattern.Compile(
            "^[" + string.Concat(Enumerable.Range(0, 1_000).Select(at => char.ConvertFromUtf32(0x4E00 + (at * 2)))) + "x-za-c]$", 10);
        foreach ((var text, var matches) in ((string, bool)[])[("\u4E00", true), ("\u4E01", false), ("\u55CE", true), ("b", true), ("d", false),
            ("y", true)])
        {
            long work = 100;
            Assert.Equal(matches, pattern.Matches(text, ref work));
        }
    }

    [Fact]
    public void Work_BelowZero_EndsWithoutAMatch()
    {
        long work = 5;
        Assert.False(LinearPattern.Compile("a", 10).Matches(new string('b', 100) + "a", ref work));
        Assert.True(work < 0);
    }

    // The oracle backtracks and reads the same dialect; patterns are small, so that it ends.
    [Fact]
    public void GeneratedPatterns_AgreeWithAnotherEngine()
    {
        var dice = new Dice(262);
        var matched = 0;
        for (var round = 0; round < 3_000; round++)
        {
            var pattern = Pattern(dice, 3);
            var oracle = new Regex(pattern, RegexOptions.ECMAScript, TimeSpan.FromSeconds(10));
            var own = LinearPattern.Compile(pattern, 10_000);
            for (var sample = 0; sample < 5; sample++)
            {
                var text = string.Concat(Enumerable.Range(0, dice.Next(8)).Select(_ => dice.Pick(["a", "b", "c", " "])));
                long work = 10_000_000;
                var expected = oracle.IsMatch(text);
                matched += expected ? 1 : 0;
                Assert.True(expected == own.Matches(text, ref work), $"{pattern} on '{text}'");
            }
        }

        Assert.InRange(matched, 1_000, 14_000);
    }

    private static string Pattern(Dice dice, int depth) => dice.Next(depth == 0 ? 4 : 9) switch
    {
        0 => "a",
        1 => dice.Pick(["[ab]", "[^a]", "\\w", "\\s", "."]),
        2 => dice.Pick(["b", "c"]),
        3 => dice.Pick(["^a", "c\\b", "\\Bb"]),
        4 => $"(?:{Pattern(dice, depth - 1)}){dice.Pick(["*", "+", "?", "{2}", "{1,2}", "*?"])}",
        5 => $"(?:{Pattern(dice, depth - 1)}|{Pattern(dice, depth - 1)})",
        6 => $"(?:{Pattern(dice, depth - 1)})$",
        7 => $"(?{dice.Pick(["=", "!"])}{Pattern(dice, depth - 1)}){Pattern(dice, depth - 1)}",
        _ => Pattern(dice, depth - 1) + Pattern(dice, depth - 1),
    };

    private static long Work(LinearPattern pattern, int length)
    {
        long work = 10_000_000;
        pattern.Matches(new string('a', length) + "!", ref work);
        return 10_000_000 - work;
    }
}
