using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Secrets;

/// <summary>The tables of issuers and of published values are well formed, and each row has its effect.</summary>
[Trait("Requirement", "SC-07")]
public sealed class IssuerTableTests
{
    // A digest has the form of such a key, so that only the issuer decides.
    [Fact]
    public void EveryIssuer_MakesAKeyInHexadecimalASecret()
    {
        var dice = new Dice(41);
        Assert.Equal(Issuers.Names.Count, Issuers.Names.Distinct().Count());
        Assert.All(Issuers.Names, name => Assert.Matches("^[a-z0-9]{2,20}$", name));
        Assert.DoesNotContain(Issuers.Names, name => !IsFound($"{name}_key = \"{Drawn.OfClass("hex", dice, 40)}\""));
        Assert.DoesNotContain(Issuers.Names, name => IsFound($"zq{name}q_key = \"{Drawn.OfClass("hex", dice, 40)}\""));
    }

    // A row has its effect: without it, the value would be found, as one with another character and one that only contains it are.
    [Fact]
    public void EveryPublishedValue_IsNoSecretAsAWholeOnly()
    {
        Assert.NotEmpty(PublishedValues.All);
        var wrong = new List<string>();
        foreach (var row in PublishedValues.All)
        {
            var value = WholeOf(row);
            foreach (var form in (string[])["api_key = \"{0}\"", "api_key = \"{0}==\"", "Authorization: Bearer {0}", "Authorization: Basic {0}"])
            {
                var isOfForm = row.Place == PublishedPlace.Whole || !form.Contains("Basic", StringComparison.Ordinal);
                if (isOfForm && IsFound(form.Replace("{0}", value, StringComparison.Ordinal))) wrong.Add($"{row.Text} is found in {form}");
            }

            if (!IsFound($"api_key = \"{Changed(row, value)}\"")) wrong.Add($"{row.Text} with another character is not found");
            if (!IsFound($"api_key = \"kT7xv29Q{value}\"")) wrong.Add($"{row.Text} within another value is not found");
            if (SecretDetector.Mask($"api_key = \"{value}\"").Contains(value, StringComparison.Ordinal)) wrong.Add($"{row.Text} is not masked");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    // A token of JSON has its parts around the text of a row, and a beginning has a rest.
    private static string WholeOf(PublishedValue row) => row.Place switch
    {
        PublishedPlace.Whole => row.Mark + row.Text,
        PublishedPlace.Beginning => $"{row.Text}.Cl2FMQ.{Drawn.Text(new Dice(8), 27)}",
        PublishedPlace.Payload => $"eyJhbGciOiJIUzI1NiJ9.{row.Text}.{Drawn.Text(new Dice(8), 43)}",
        _ => $"eyJhbGciOiJIUzI1NiJ9.eyJ{Drawn.Text(new Dice(9), 40)}.{row.Text}",
    };

    private static string Changed(PublishedValue row, string value)
    {
        var at = value.IndexOfAny([.. "0123456789"], value.IndexOf(row.Text, StringComparison.Ordinal));
        return value[..at] + (value[at] == '8' ? '3' : '8') + value[(at + 1)..];
    }

    [Theory]
    [InlineData("a | b | c | d")]
    [InlineData("kT7xv29Q | somewhere | beginning")]
    [InlineData("kT7xv29Q | somewhere | nowhere")]
    public void BrokenRowOfPublishedValues_IsRefused(string row) => Assert.Throws<FormatException>(() => PublishedValue.Parse(row));

    [Theory]
    [InlineData("acme_key")]
    [InlineData("packets_key")]
    [InlineData("herokuish_key")]
    public void NameOfNoIssuer_LeavesADigestAlone(string name) =>
        Assert.False(IsFound($"{name} = \"{Drawn.OfClass("hex", new Dice(5), 40)}\""));

    private static bool IsFound(string text) => SecretDetector.Find(text).Any(hit => hit.Confidence >= Confidence.Medium);
}
