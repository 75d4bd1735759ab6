namespace Gatehouse.House.Tests;

public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Gatehouse.Protocol")]
    [InlineData("Gatehouse.Detection")]
    [InlineData("Gatehouse.Integrity")]
    [InlineData("Gatehouse.Identity")]
    [InlineData("Gatehouse.Policy")]
    [InlineData("Gatehouse.Audit")]
    [InlineData("Gatehouse.Pipeline")]
    [InlineData("Gatehouse.Yaml")]
    [InlineData("Gatehouse.Inventory")]
    public void PublicSurface_IsTheOneThatWasReviewed(string room) =>
        Repository.RequireEqual($"tests/Gatehouse.House.Tests/PublicApi/{room}.txt", PublicApi.Render(System.Reflection.Assembly.Load(room)));
}
