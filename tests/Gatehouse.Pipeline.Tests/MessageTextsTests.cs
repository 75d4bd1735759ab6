using System.Text;
using Gatehouse.Detection.Messages;
using Gatehouse.Pipeline.Inspection.Texts;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Pipeline.Tests;

/// <summary>The part of a message that is judged where a server adds what its definitions do not have.</summary>
public sealed class MessageTextsTests
{
    [Theory]
    [InlineData("""{"tools":[],"note":1,"ttlMs":1}""", "\"note\":1")]
    [InlineData("""{"_meta":{},"tools":[],"nextCursor":1}""", "\"_meta\":{},\"tools\":[],\"nextCursor\":1")]
    [InlineData("""{"tools":[]}""", "")]
    public void OtherMembersThanDefinitions_AreJudged(string result, string judged)
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}""");
        Assert.True(MessageValidator.TryValidate(bytes, MessageLimits.Default, out var message, out _));
        var texts = MessageTexts.OfResult("tools/list", message!);
        Assert.Equal(MessagePlace.Other, texts.Place);
        Assert.Equal(judged, Encoding.UTF8.GetString(texts.Value.Of(bytes)));
    }
}
