using System.IO.Compression;
using System.Text.Json;

namespace Gatehouse.Inventory.Tests;

/// <summary>Recall and false alarms on the corpus of secrets.</summary>
[Trait("Requirement", "SC-07")]
public sealed class SecretCorpusTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("secrets-train.jsonl.gz")]
    [InlineData("secrets-dev.jsonl.gz")]
    public void Corpus_IsFoundWithFewFalseAlarms(string name)
    {
        var file = Path.Join(Pages.Root, "..", "shared", "data", "detection", name);
        Assert.SkipUnless(File.Exists(file), "the corpus is not beside this checkout");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        int found = 0, secrets = 0, alarms = 0, honest = 0;
        var missed = new SortedDictionary<string, int>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            using var row = JsonDocument.Parse(line);
            var text = row.RootElement.GetProperty("text").GetString()!;
            var hit = SecretDetector.Find(text).Any();
            if (row.RootElement.GetProperty("label").GetInt32() == 1)
            {
                secrets++;
                if (hit) found++;
                else foreach (var span in row.RootElement.GetProperty("spans").EnumerateArray()) missed[span.GetProperty("type").GetString()!] = missed.GetValueOrDefault(span.GetProperty("type").GetString()!) + 1;
            }
            else
            {
                honest++;
                if (hit)
                {
                    alarms++;
                    output.WriteLine($"alarm: {text}");
                }
            }
        }

        output.WriteLine($"{name}: recall {found}/{secrets} = {(double)found / secrets:P2}; false alarms {alarms}/{honest} = {(double)alarms / honest:P2}; missed {string.Join(", ", missed)}");
        Assert.True((double)found / secrets >= 0.97, "recall");
        Assert.True((double)alarms / honest <= 0.01, "false alarms");
    }

    [Fact]
    public void GitHubToken_WithItsChecksumIsSure()
    {
        const string body = "abcdefghij0123456789KLMNOPQRST";
        var sum = Crc32.Of(System.Text.Encoding.ASCII.GetBytes(body));
        var digits = "";
        for (var i = 0; i < 6; i++, sum /= 62) digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[(int)(sum % 62)] + digits;
        // The body holds a run that placeholders have; a real one is shuffled.
        Assert.Empty(SecretDetector.Find($"ghp_{body}{digits}"));
        const string shuffled = "q8ZkW3nVbT5yRx2LmJc7HsGd9PfKt4";
        sum = Crc32.Of(System.Text.Encoding.ASCII.GetBytes(shuffled));
        digits = "";
        for (var i = 0; i < 6; i++, sum /= 62) digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[(int)(sum % 62)] + digits;
        Assert.Equal(Confidence.High, Assert.Single(SecretDetector.Find($"ghp_{shuffled}{digits}")).Confidence);
        Assert.Equal(Confidence.Medium, Assert.Single(SecretDetector.Find($"ghp_{shuffled}AAAAAB")).Confidence);
    }

    // CRC-32 check value of the catalogue of parametrised CRC algorithms: "123456789" gives cbf43926.
    [Fact]
    public void Crc32_HasItsCheckValue() => Assert.Equal(0xcbf43926u, Crc32.Of("123456789"u8));
}
