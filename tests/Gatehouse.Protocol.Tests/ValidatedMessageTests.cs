namespace Gatehouse.Protocol.Tests;

/// <summary>A validated message gives the texts of its members, however they are written.</summary>
public class ValidatedMessageTests
{
    [Theory]
    [InlineData("\"complete\"", true)]
    [InlineData("\"compl\\u0065te\"", true)]
    [InlineData("\"Complete\"", false)]
    [InlineData("\"complete \"", false)]
    [InlineData("\"complet\"", false)]
    [InlineData("\"\"", false)]
    [InlineData("1", false)]
    [InlineData("null", false)]
    public void Is_ComparesTheTextInWhateverFormItIsWritten(string type, bool isSame)
    {
        var message = Validated.Message("""{"jsonrpc":"2.0","id":1,"result":{"resultType":TYPE}}""".Replace("TYPE", type, StringComparison.Ordinal));
        Assert.Equal(isSame, message.Is(EnvelopeMember.ResultType, "complete"u8));
        Assert.Equal(isSame, message.Text(EnvelopeMember.ResultType) == "complete");
        Assert.False(message.Is(EnvelopeMember.ResultTools, "complete"u8));
    }

    [Theory]
    [InlineData("\"add\"", "add")]
    [InlineData("\"\\u0061dd\"", "add")]
    [InlineData("\"\"", "")]
    [InlineData("1", null)]
    [InlineData("null", null)]
    [InlineData("{}", null)]
    public void Name_IsTheDecodedText(string written, string? name)
    {
        var message = Validated.Message("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":NAME}}""".Replace("NAME", written,
            StringComparison.Ordinal));
        Assert.Equal(name, message.Name);
        Assert.Same(message.Name, message.Name);
        Assert.Null(Validated.Message("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}""").Name);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"note":1}}""", null)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{},"note":{"id":2}}""", """{"id":2}""")]
    [InlineData("""{"a":[1],"jsonrpc":"2.0","b" : "x","method":"m"}""", "\"x\"")]
    [InlineData("""{"jsonrpc":"2.0","\u0069d":1,"method":"m"}""", null)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"a"},"":null}""", "null")]
    public void Unnamed_IsTheLastMemberThatJsonRpcDoesNotName(string json, string? value)
    {
        var message = Validated.Message(json);
        Assert.Equal(value is not null, message.Has(EnvelopeMember.Unnamed));
        Assert.Equal(value ?? "", System.Text.Encoding.UTF8.GetString(message.Raw(EnvelopeMember.Unnamed)));
    }
}
