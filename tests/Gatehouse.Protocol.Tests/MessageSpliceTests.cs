using System.Text;
using Gatehouse.Protocol.Edits;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Tests;

public class MessageSpliceTests
{
    [Fact]
    public void Replaces_AndRemovesWhereAsked_AndNothingElse()
    {
        var call = Validated.Message("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"add", "x":1}}""");
        var splice = new MessageSplice(call);
        splice.Replace(call.Range(EnvelopeMember.ParamsName), "\"sub\""u8.ToArray());
        splice.Replace(call.Range(EnvelopeMember.Id), "\"mine\""u8.ToArray());
        var edited = splice.ApplyAndValidate(MessageLimits.Default);
        Assert.Equal("""{"jsonrpc":"2.0","id":"mine","method":"tools/call","params":{"name":"sub", "x":1}}""",
            Encoding.UTF8.GetString(edited.Bytes.Span));
        Assert.Equal(splice.Length, edited.Bytes.Length);
        Assert.Equal("sub", edited.Text(EnvelopeMember.ParamsName));
    }

    [Fact]
    public void Returns_TheOriginalWhenNothingWasAsked()
    {
        var call = Validated.Message("""{"jsonrpc":"2.0","method":"m"}""");
        Assert.Same(call, new MessageSplice(call).ApplyAndValidate(MessageLimits.Default));
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(4, 2)]
    [InlineData(9, 1)]
    [InlineData(0, 20)]
    [InlineData(6, 1)]
    public void Refuses_OverlappingRanges(int start, int length)
    {
        var splice = new MessageSplice(Validated.Message("""{"jsonrpc":"2.0","method":"m"}"""));
        splice.Remove(new ByteRange(5, 5));
        Assert.Throws<InvalidOperationException>(() => splice.Remove(new ByteRange(start, length)));
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(0, -1)]
    [InlineData(29, 2)]
    [InlineData(2, int.MaxValue)]
    public void Refuses_RangesOutsideTheMessage(int start, int length)
    {
        var splice = new MessageSplice(Validated.Message("""{"jsonrpc":"2.0","method":"m"}"""));
        Assert.Throws<ArgumentOutOfRangeException>(() => splice.Remove(new ByteRange(start, length)));
    }

    [Fact]
    public void Refuses_AnEditThatGivesNoMessage()
    {
        var call = Validated.Message("""{"jsonrpc":"2.0","method":"m"}""");
        var splice = new MessageSplice(call);
        splice.Replace(call.Range(EnvelopeMember.Method), "\"m\",\"method\":\"n\""u8.ToArray());
        Assert.Throws<InvalidDataException>(() => splice.ApplyAndValidate(MessageLimits.Default));
    }
}
