using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Tests;

public class TraceParentTests
{
    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", true)]
    [InlineData("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x", false)]
    [InlineData("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-\r\n", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false)]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", false)]
    [InlineData("00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("", false)]
    [Trait("Requirement", "H32")]
    public void Accepts_OnlyTheStandardForm(string value, bool expected)
    {
        Assert.Equal(expected, TraceParent.IsValid(value));
        var token = System.Text.Encoding.UTF8.GetString(JsonText.Encode(value));
        var message = Validated.Message("""{"jsonrpc":"2.0","method":"m","params":{"_meta":{"traceparent":""" + token + "}}}");
        Assert.Equal(expected, TraceParent.IsValid(message));
    }

    [Fact]
    public void Refuses_ALaterVersionWithoutEnd() =>
        Assert.False(TraceParent.IsValid("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-" + new string('x', 300)));

    [Fact]
    public void Refuses_AMessageWithoutOne() => Assert.False(TraceParent.IsValid(Validated.Message("""{"jsonrpc":"2.0","method":"m"}""")));
}
