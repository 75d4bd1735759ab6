using System.Text;
using System.Text.Json;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Inspection;

namespace Gatehouse.Integrity.Tests.Inspection;

/// <summary>The sets written by hand: attacks in words of our own, and honest descriptions full of the words that attacks use.</summary>
[Trait("Requirement", "TP-01")]
public sealed class OwnSetTests(ITestOutputHelper output)
{
    [Fact]
    public void Paraphrases_AreFound()
    {
        (var count, var found, _) = Judge("paraphrases.jsonl", tellsFound: false);
        Assert.True(found * 100 >= count * 90, $"{found} of {count}");
    }

    // Texts full of the words of attacks. A person may be asked about a few of them; none is withheld.
    [Fact]
    public void HonestDescriptions_Pass()
    {
        (var count, var found, var hard) = Judge("honest.jsonl", tellsFound: true);
        Assert.Equal(0, hard);
        Assert.True(found * 100 <= count * 5, $"{found} of {count}");
    }

    private (int Count, int Found, int Hard) Judge(string name, bool tellsFound)
    {
        int count = 0, found = 0, hard = 0;
        foreach (var line in File.ReadLines(Path.Join(AppContext.BaseDirectory, "Sets", name)))
        {
            using var row = JsonDocument.Parse(line);
            var json = row.RootElement.TryGetProperty("tool", out var tool) ? tool.GetRawText()
                : JsonSerializer.Serialize(
                new Dictionary<string, string> { ["name"] = "tool", ["description"] = row.RootElement.GetProperty("text").GetString()! });
            var findings = MetadataInspector.Inspect(Samples.Definition(DefinitionKind.Tool, json));
            count++;
            found += findings.Count > 0 ? 1 : 0;
            hard += findings.Any(finding => finding.IsHard) ? 1 : 0;
            if (findings.Count > 0 == tellsFound)
                output.WriteLine($"{string.Join(' ', findings.Select(finding => finding.Rule.Id))} {line}");
        }

        output.WriteLine($"{name}: {found} of {count}, hard {hard}");
        return (count, found, hard);
    }
}
