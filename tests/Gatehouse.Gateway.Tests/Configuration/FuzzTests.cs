using System.Security.Cryptography;
using System.Text;
using Gatehouse.Configuration;

namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>The good file with secrets in it, broken at random: nothing throws, and no secret is told.</summary>
public sealed class FuzzTests
{
    private static readonly bool Long = TestSize.IsLong;

    private const string FirstSecret = "Zq7xKw93Jv";
    private const string SecondSecret = "Hn4pTm68Ub";

    private static readonly string Bad = Samples.Everything
        .Replace("env:EVERYTHING_TOKEN", FirstSecret, StringComparison.Ordinal)
        .Replace("file:/run/secrets/key", SecondSecret, StringComparison.Ordinal);

    private static readonly string[] Pieces =
        ["{", "}", "[", "]", ":", ": ", ",", "\n", "\n  ", "- ", "&a ", "*a", "!t ", "|", "\"", "'", "#", "\t", "%", "? ", "<<: ", "---\n", "no",
            "null", "\u202E", "\uD800"];

    [Fact]
    public void AFileBrokenAtRandom_NeitherThrowsNorTellsASecret()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("GATEHOUSE_FUZZ"), out var asked) ? asked : Long ? 10_000 : 800;
        for (var seed = 0; seed < count; seed++)
        {
            var text = Mutate(Bad, seed);
            var told = Load(text, seed);
            Assert.False(told.Contains(FirstSecret, StringComparison.Ordinal) || told.Contains(SecondSecret, StringComparison.Ordinal),
                $"seed {seed}:\n{told}\n{text}");
        }
    }

    [Fact]
    public void EveryFileWithoutOneOfItsLines_NeitherThrowsNorTellsASecret()
    {
        var lines = Bad.Split('\n');
        for (var i = 0; i < lines.Length; i++)
            Assert.DoesNotMatch($"{FirstSecret}|{SecondSecret}", Load(string.Join('\n', lines.Where((_, at) => at != i)), i));
    }

    [Fact]
    public void EveryBeginningOfTheFile_NeitherThrowsNorTellsASecret()
    {
        for (var length = 0; length < Bad.Length; length += Long ? 1 : 11)
            Assert.DoesNotMatch($"{FirstSecret}|{SecondSecret}", Load(Bad[..length], length));
    }

    private static string Load(string text, int seed)
    {
        try
        {
            var result = Samples.Load(text);
            Assert.True(result.IsGood != result.Faults.Count > 0);
            return Samples.Text(result)
                + string.Join('\n',
                result.Values.Where(value => !value.Path.Contains("environment", StringComparison.Ordinal)).Select(value => value.ToString()));
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"seed {seed}:\n{text}", exception);
        }
    }

    private static string Mutate(string text, int seed)
    {
        var dice = new Dice(seed);
        var mutated = new StringBuilder(text);
        for (var steps = 1 + dice.Below(3); steps > 0; steps--)
        {
            var at = dice.Below(mutated.Length);
            if (dice.Below(2) == 0) mutated.Insert(at, Pieces[dice.Below(Pieces.Length)]);
            else mutated.Remove(at, Math.Min(1 + dice.Below(12), mutated.Length - at));
        }

        return mutated.ToString();
    }

    /// <summary>Numbers that look random and are the same for the same seed.</summary>
    private sealed class Dice(int seed)
    {
        private int count;

        public int Below(int end)
        {
            Span<byte> digest = stackalloc byte[32];
            SHA256.HashData(Encoding.ASCII.GetBytes($"{seed}/{count++}"), digest);
            return (int)(BitConverter.ToUInt32(digest) % (uint)end);
        }
    }
}
