using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Secrets;

/// <summary>The tables of issuers and of published values are well formed, and each row has its effect.</summary>
[Trait("Requirement", "SC-07")]
public sealed class IssuerTableTests
{
    [Fact]
    public void EveryIssuer_MakesAKeyInHexadecimalASecret()
    {
        var dice = new Dice(41);
        Assert.Equal(Issuers.Names.Count, Issuers.Names.Distinct().Count());
        Assert.All(Issuers.Names, name => Assert.Matches("^[a-z0-9]{2,20}$", name));
        foreach (var name in Issuers.Names)
        {
            var text = $"{name.ToUpperInvariant()}_API_KEY = \"{Drawn.OfClass("hex", dice, 32)}\"";
            Assert.Contains(SecretDetector.Find(text), hit => hit.Confidence >= Confidence.Medium);
        }
    }

    [Fact]
    public void EveryPublishedValue_IsNoSecretBesideTheNameOfOne()
    {
        Assert.NotEmpty(Placeholders.PublishedValues);
        foreach (var value in Placeholders.PublishedValues)
            Assert.DoesNotContain(SecretDetector.Find($"api_key = \"{value}\""), hit => hit.Confidence >= Confidence.Medium);
    }

    [Theory]
    [InlineData("acme_key")]
    [InlineData("packets_key")]
    [InlineData("herokuish_key")]
    public void NameOfNoIssuer_LeavesADigestAlone(string name) =>
        Assert.DoesNotContain(SecretDetector.Find($"{name} = \"{Drawn.OfClass("hex", new Dice(5), 40)}\""), hit => hit.Confidence >= Confidence.Medium);
}
