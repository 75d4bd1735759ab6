using System.Text.Json;

namespace Gatehouse.Audit.Search.Tests;

/// <summary>An entry of a caller without a verified token has sealed facts as well, and is not shown as one of a sealed person.</summary>
[Trait("Requirement", "AU-05")]
public sealed class SealedActorTests
{
    private const string Box = "\"personal\":[{\"who\":\"p1\",\"box\":\"AAAA\"}]";

    [Theory]
    [InlineData("""{"kind":"ended","iss":"https://login.example.com",BOX}""", "(sealed)")]
    [InlineData("""{"kind":"ended","iss":"https://login.example.com","closed":["p1"]}""", "(sealed)")]
    [InlineData("""{"kind":"ended",BOX}""", "")] // only the address is sealed
    [InlineData("""{"kind":"ended","closed":["p1"]}""", "")]
    [InlineData("""{"kind":"ended","iss":"https://login.example.com","sub":"alice",BOX}""", "alice")]
    [InlineData("""{"kind":"control","act":"attempts.counted",BOX}""", "")]
    [InlineData("""{"kind":"control","act":"entries.joined",BOX}""", "")]
    [InlineData("""{"kind":"control","act":"entries.joined","iss":"https://login.example.com",BOX}""", "(sealed)")]
    [InlineData("""{"kind":"control","act":"configuration.applied",BOX}""", "(sealed)")]
    [InlineData("""{"kind":"control","act":"log.opened"}""", "")]
    public void Actor_IsSealed_OnlyWhereATokenWasVerifiedOrAnAdministratorActed(string text, string expected)
    {
        var entry = JsonSerializer.Deserialize<JsonElement>(text.Replace("BOX", Box, StringComparison.Ordinal));
        var facts = new EntryFacts(entry);
        Assert.Equal(expected, facts.Actor ?? (facts.HasSealedActor ? EntryFacts.SealedActor : ""));
        Assert.Equal(expected, Cell(entry, "actor"));
        Assert.Equal(facts.Kind == "control" ? "" : expected, Cell(entry, "sub"));
    }

    [Theory]
    [InlineData("""{"kind":"ended","iss":"https://login.example.com",BOX}""", "https://login.example.com")]
    [InlineData("""{"kind":"begun","iss":"https://login.example.com","closed":["p1"]}""", "https://login.example.com")]
    [InlineData("""{"kind":"ended",BOX}""", null)]
    [InlineData("""{"kind":"control","act":"configuration.applied",BOX}""", null)]
    public void IssuerOfASealedCaller_IsShown_BecauseItIsInClear(string text, string? expected)
    {
        var entry = JsonSerializer.Deserialize<JsonElement>(text.Replace("BOX", Box, StringComparison.Ordinal));
        Assert.Equal(expected, new EntryFacts(entry).ActorIssuer);
    }

    [Fact]
    public void FieldOfThePerson_SaysThatNoTokenWasVerified_AlsoWhereTheAddressIsSealed()
    {
        var entry = JsonSerializer.Deserialize<JsonElement>($$"""{"kind":"ended",{{Box}}}""");
        var shown = EntryFields.Of(entry).ToDictionary(field => field.Name, StringComparer.Ordinal);
        Assert.Equal("no verified token", shown["sub"].Text);
        Assert.Equal("not shown: it is sealed, and the key is not here", shown["peer"].Text);
    }

    [Fact]
    public void ReasonOfAnAct_IsItsPurpose_AndAConfigurationConcernsItsPath()
    {
        var rollback = JsonSerializer.Deserialize<JsonElement>("""{"kind":"control","act":"control.config.rollback","statedReason":"ticket 4711"}""");
        Assert.Equal("ticket 4711", Cell(rollback, "purpose"));
        var search = JsonSerializer.Deserialize<JsonElement>("""{"kind":"control","act":"control.audit.search","purpose":"ticket 4712"}""");
        Assert.Equal("ticket 4712", Cell(search, "purpose"));
        var applied = JsonSerializer.Deserialize<JsonElement>(
            """{"kind":"control","act":"configuration.applied","digest":"abcdefabcdefabcdef","path":"/etc/gatehouse.yaml"}""");
        Assert.Equal("configuration abcdefabcdef, /etc/gatehouse.yaml", new EntryFacts(applied).Concerns);
    }

    private static string Cell(JsonElement entry, string column) =>
        EntryCsv.Line(entry, static text => text.Replace(',', ';')).Split(',')[EntryCsv.Header.Split(',').ToList().IndexOf(column)];
}
