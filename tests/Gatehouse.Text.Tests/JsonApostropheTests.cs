using System.Text.Json;

namespace Gatehouse.Text.Tests;

public sealed class JsonApostropheTests
{
    [Theory]
    [InlineData("it's")]
    [InlineData("'quoted' and \"quoted\"")]
    [InlineData("\\u0027")]
    [InlineData("\\'")]
    [InlineData("\\\\u0027 '\\")]
    [InlineData("no apostrophe <b> \u202e \u001b[2J")]
    public void Apostrophes_AreThemselves_AndTheValueIsUnchanged(string text)
    {
        var json = JsonApostrophe.Restore(JsonSerializer.Serialize(text));
        Assert.Equal(text, JsonSerializer.Deserialize<string>(json));
        Assert.Equal(text.Count(c => c == '\''), json.Count(c => c == '\''));
        Assert.DoesNotContain('<', json);
        Assert.All(json, c => Assert.InRange(c, ' ', '~'));
    }
}
