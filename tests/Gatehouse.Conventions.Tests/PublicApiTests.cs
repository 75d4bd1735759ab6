namespace Gatehouse.Conventions.Tests;

public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Gatehouse.Protocol")]
    [InlineData("Gatehouse.Detection")]
    [InlineData("Gatehouse.Integrity")]
    [InlineData("Gatehouse.Identity")]
    [InlineData("Gatehouse.Policy")]
    [InlineData("Gatehouse.Audit")]
    [InlineData("Gatehouse.Audit.Verification")]
    [InlineData("Gatehouse.Pipeline")]
    [InlineData("Gatehouse.Storage")]
    [InlineData("Gatehouse.Yaml")]
    [InlineData("Gatehouse.Inventory")]
    [InlineData("Gatehouse.Text")]
    public void PublicSurface_IsTheOneThatWasReviewed(string room) =>
        Repository.RequireEqual($"tests/Gatehouse.Conventions.Tests/PublicApi/{room}.txt", PublicApi.Render(System.Reflection.Assembly.Load(room)));
}
