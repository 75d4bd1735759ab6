using System.Text;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Protocol.Tests;

public class MessageValidatorTests
{
    [Fact]
    public void Records_WhereEachValueOfACallStands()
    {
        var call = Validated.Message("""
            {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"add","arguments":{"a":[1,2]},
             "_meta":{"progressToken":"p","io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}
            """);

        Assert.Equal(MessageKind.Request, call.Kind);
        Assert.Same(ProtocolMethods.All.Single(method => method.Name == "tools/call").Name, call.Method);
        Assert.Equal("add", call.Text(EnvelopeMember.ParamsName));
        Assert.Equal("""{"a":[1,2]}"""u8, call.Raw(EnvelopeMember.ParamsArguments));
        Assert.Equal("\"p\""u8, call.Raw(EnvelopeMember.MetaProgressToken));
        Assert.Equal("2026-07-28", call.Text(EnvelopeMember.MetaProtocolVersion));
        Assert.Equal("7"u8, call.Id.Raw.Span);
        Assert.True(call.Range(EnvelopeMember.Result).IsAbsent);
        Assert.Null(call.Text(EnvelopeMember.ParamsArguments));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"m"}""", MessageKind.Notification)]
    [InlineData("""{"jsonrpc":"2.0","method":"m","id":"x"}""", MessageKind.Request)]
    [InlineData("""{"jsonrpc":"2.0","id":"x","result":{}}""", MessageKind.Result)]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}}""", MessageKind.Error)]
    [InlineData("""{"jsonrpc":"2.0","error":{"code":-32700,"message":"m","data":1}}""", MessageKind.Error)]
    [InlineData(" {\"jsonrpc\":\"2.0\",\"m\\u0065thod\":\"m\"}\r\n\t ", MessageKind.Notification)]
    public void Accepts_EachKindOfMessage(string json, MessageKind kind) => Assert.Equal(kind, Validated.Message(json).Kind);

    [Theory]
    [InlineData("", MessageFault.Empty)]
    [InlineData(" \r\n", MessageFault.Empty)]
    [InlineData("\uFEFF{}", MessageFault.ByteOrderMark)]
    [InlineData("[]", MessageFault.Batch)]
    [InlineData("""[{"jsonrpc":"2.0","method":"m"}]""", MessageFault.Batch)]
    [InlineData("1", MessageFault.NotAnObject)]
    [InlineData("\"x\"", MessageFault.NotAnObject)]
    [InlineData("x", MessageFault.NotJson)]
    [InlineData("{", MessageFault.NotJson)]
    [InlineData("{\"a\":1,}", MessageFault.NotJson)]
    [InlineData("{/**/}", MessageFault.NotJson)]
    [InlineData("{}{}", MessageFault.TrailingContent)]
    [InlineData("{}\n{}", MessageFault.TrailingContent)]
    [InlineData("{}\0", MessageFault.TrailingContent)]
    [InlineData("{}", MessageFault.NotJsonRpc)]
    [InlineData("""{"jsonrpc":"2.0"}""", MessageFault.NotJsonRpc)]
    [InlineData("""{"jsonrpc":"1.0","method":"m"}""", MessageFault.NotJsonRpc)]
    [InlineData("""{"jsonrpc":2.0,"method":"m"}""", MessageFault.NotJsonRpc)]
    [InlineData("""{"method":"m","id":1}""", MessageFault.NotJsonRpc)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}""", MessageFault.NotJsonRpc)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"m","result":{}}""", MessageFault.NotJsonRpc)]
    [InlineData("""{"jsonrpc":"2.0","method":1}""", MessageFault.InvalidMethod)]
    [InlineData("""{"jsonrpc":"2.0","method":""}""", MessageFault.InvalidMethod)]
    [InlineData("""{"jsonrpc":"2.0","method":null}""", MessageFault.InvalidMethod)]
    [InlineData("""{"jsonrpc":"2.0","method":"m","params":[]}""", MessageFault.InvalidParams)]
    [InlineData("""{"jsonrpc":"2.0","method":"m","params":null}""", MessageFault.InvalidParams)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":null}""", MessageFault.InvalidResponse)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{},"params":{}}""", MessageFault.InvalidResponse)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":1.5,"message":""}}""", MessageFault.InvalidResponse)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":1}}""", MessageFault.InvalidResponse)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":"x"}""", MessageFault.InvalidResponse)]
    public void Refuses_WhatIsNotOneMessage(string json, MessageFault fault) => Assert.Equal(fault, Validated.Fault(json));

    [Theory]
    [InlineData("null")]
    [InlineData("1.0")]
    [InlineData("1e0")]
    [InlineData("-0")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("9007199254740992")]
    [InlineData("99999999999999999999")]
    public void Refuses_IdsThatReadersWouldNotAllHoldAlike(string id)
    {
        Assert.Equal(MessageFault.InvalidId, Validated.Fault($$"""{"jsonrpc":"2.0","method":"m","id":{{id}}}"""));
        Assert.Equal(MessageFault.InvalidId, Validated.Fault($$"""{"jsonrpc":"2.0","result":{},"id":{{id}}}"""));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"a","method":"b"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","m\u0065thod":"b"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"x":{"deep":[{"k":1,"\u006b":2}]}}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"x":{"\ud83d\ude00":1,"😀":2}}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"x":{"":1,"":2}}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"x":{"\/":1,"/":2}}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"x":{"\n":1,"\u000A":2}}}""")]
    public void Refuses_DuplicateNameAfterUnescaping(string json) => Assert.Equal(MessageFault.DuplicateName, Validated.Fault(json));

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"a","Method":"b"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","ID":1}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","\u0130d":1}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","ıd":1}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","paramſ":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","param\u017f":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"Name":"x"}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"tas\u212aId":"x"}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"_Meta":{}}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"_meta":{"io.ModelContextProtocol/protocolVersion":1}}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"ref":{"Uri":1}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"Tools":[]}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"tools":[{"Name":"x"}]}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","TEXT":"x"}]}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"inputRequests":{"any":{"METHOD":"x"}}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"result":{"content":[{"Text":"x"}]}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"","Data":1}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"","data":{"elicitations":[{"Mode":"url"}]}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"inputRequests":{"any":{"method":"x","params":{"RequestedSchema":1}}}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"requestedSchema":{"properties":{"any":{"Description":"x"}}}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"notifications":{"ResourceSubscriptions":[]}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"argument":{"Value":""}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","params":{"context":{"Arguments":{}}}}""")]
    public void Refuses_CaseVariantOfAProtocolMember(string json) => Assert.Equal(MessageFault.CaseVariantName, Validated.Fault(json));

    [Theory]
    [Trait("Requirement", "ST-06")]
    [InlineData("name\\u0000")]
    [InlineData("\\u0000name")]
    [InlineData("name\\u0000x")] // a reader in C ends it there
    [InlineData("na\\u200bme")]
    [InlineData("na\u200Bme")]
    [InlineData("name\u200D")]
    [InlineData("\u2060name")]
    [InlineData("\uFEFFname")]
    [InlineData("na\u00ADme")]
    [InlineData("name\uFE0F")]
    [InlineData("name\U000E0041")]
    [InlineData("name ")]
    [InlineData("name\u00A0")]
    [InlineData("name\\t")]
    [InlineData("name\u007F")]
    [InlineData("\uFF4Eame")]
    [InlineData("\uFF4E\uFF41\uFF4D\uFF45")]
    [InlineData("\uFF2EAME")]
    [InlineData("\U0001D427ame")]
    [InlineData("\u24DDame")]
    [InlineData("nam\u1D49")]
    [InlineData("n\u00E1me")]
    [InlineData("na\u0301me")]
    public void Refuses_WhatAReaderTakesForAProtocolMember(string name)
    {
        Assert.Equal(MessageFault.CaseVariantName,
            Validated.Fault($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","{{{name}}}":"transfer"}}"""));
        Assert.Equal(MessageFault.CaseVariantName,
            Validated.Fault($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"{{{name}}}":"transfer"}}"""));
        Validated.Message($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"{{{name}}}":"transfer"} } }""");
    }

    [Fact]
    public void EveryProtocolMember_IsRefusedInAnyWidth_AndWithAnInvisibleLetter()
    {
        foreach (var member in (string[])["name", "arguments", "_meta", "uri", "taskId", "cursor", "ref", "requestState", "inputResponses",
            "notifications"])
        {
            var wide = string.Concat(member.Select(letter => (char)(letter + 0xFEE0)));
            foreach (var name in (string[])[wide, member.Insert(1, "\u200B"), member + "\u2063", member.ToUpperInvariant(), member + "\\u0000"])
                Assert.Equal(MessageFault.CaseVariantName, Validated.Fault($$$"""{"jsonrpc":"2.0","id":1,"method":"m","params":{"{{{name}}}":1}}"""));
        }
    }

    [Theory]
    [InlineData("names")]
    [InlineData("x-name")]
    [InlineData("\u043Dame")] // a letter of another script is no reading of ours
    [InlineData("\u540D")]
    public void Accepts_OtherNamesBesideProtocolMembers(string name) =>
        Validated.Message($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","{{{name}}}":"transfer"}}""");

    [Fact]
    public void Accepts_AnyCaseWhereTheProtocolNamesNoMembers() =>
        Validated.Message("""{"jsonrpc":"2.0","method":"tools/call","x-extra":1,"params":{"arguments":{"Method":1,"method":2,"NAME":3}}}""");

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00")]
    [InlineData("\\ud800\\ud800")]
    [InlineData("\\udc00\\ud800")]
    [InlineData("\\ud800x")]
    [InlineData("\\ud800\\n")]
    [InlineData("\\\\\\ud800")]
    public void Refuses_LoneSurrogateInValueAndName(string text)
    {
        Assert.Equal(MessageFault.LoneSurrogate, Validated.Fault($$$"""{"jsonrpc":"2.0","method":"m","params":{"x":"{{{text}}}"}}"""));
        Assert.Equal(MessageFault.LoneSurrogate, Validated.Fault($$$"""{"jsonrpc":"2.0","method":"m","params":{"{{{text}}}":1}}"""));
    }

    [Fact]
    public void Accepts_PairedSurrogatesAndEscapedBackslashes() =>
        Validated.Message("""{"jsonrpc":"2.0","method":"m","params":{"x":"\ud83d\ude00 \\ud800 \\\\udc00"}}""");

    [Theory]
    [InlineData("1e999", MessageFault.NumberNotFinite)]
    [InlineData("-1E+400", MessageFault.NumberNotFinite)]
    [InlineData("1e308", MessageFault.None)]
    [InlineData("1e-999", MessageFault.None)]
    [InlineData("123456789012345678901234567890", MessageFault.None)]
    public void Refuses_NumbersBeyondDoubles(string number, MessageFault fault) =>
        Assert.Equal(fault, Validated.Fault($$$"""{"jsonrpc":"2.0","method":"m","params":{"x":{{{number}}}}}"""));

    [Fact]
    public void Refuses_InvalidUtf8InsideStrings()
    {
        byte[][] bad = [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF], [0xF4, 0x90, 0x80, 0x80], [0xC3]];
        foreach (var sequence in bad)
        {
            byte[] json = [.. """{"jsonrpc":"2.0","method":"m"""u8, .. sequence, .. "\"}"u8];
            Assert.False(MessageValidator.TryValidate(json, MessageLimits.Default, out _, out var failure));
            Assert.Equal(new ValidationFailure(MessageFault.NotUtf8, 28), failure);
        }
    }

    [Fact]
    public void Refuses_WhatIsBeyondEachLimit()
    {
        static string With(string value) => """{"jsonrpc":"2.0","id":12,"method":"m","params":{"x":""" + value + "}}";
        var deep = new string('[', 6) + new string(']', 6);
        Assert.Equal(MessageFault.None, Validated.Fault(With(deep), new MessageLimits { MaxDepth = 8 }));
        Assert.Equal(MessageFault.TooDeep, Validated.Fault(With(deep), new MessageLimits { MaxDepth = 7 }));
        Assert.Equal(MessageFault.None, Validated.Fault(With("""{"a":1,"b":2,"c":3,"d":4}"""), new MessageLimits { MaxMembers = 4 }));
        Assert.Equal(MessageFault.TooManyMembers, Validated.Fault(With("""{"a":1,"b":2,"c":3,"d":4,"e":5}"""), new MessageLimits { MaxMembers = 4 }));
        Assert.Equal(MessageFault.None, Validated.Fault(With("[1,2]"), new MessageLimits { MaxValues = 8 }));
        Assert.Equal(MessageFault.TooManyValues, Validated.Fault(With("[1,2]"), new MessageLimits { MaxValues = 7 }));
        Assert.Equal(MessageFault.NameTooLong, Validated.Fault(With("""{"12345678":1}"""), new MessageLimits { MaxNameBytes = 7 }));
        Assert.Equal(MessageFault.NumberTooLong, Validated.Fault(With("12345"), new MessageLimits { MaxNumberBytes = 4 }));
        Assert.Equal(MessageFault.InvalidId, Validated.Fault(With("1"), new MessageLimits { MaxIdBytes = 1 }));
        Assert.Equal(MessageFault.None, Validated.Fault(With("1"), new MessageLimits { MaxBytes = With("1").Length }));
        Assert.Equal(MessageFault.TooLarge, Validated.Fault(With("1"), new MessageLimits { MaxBytes = With("1").Length - 1 }));
    }

    [Fact]
    public void Describes_EveryFaultWithoutContent()
    {
        foreach (var fault in Enum.GetValues<MessageFault>())
        {
            Assert.NotEmpty(MessageFaults.Describe(fault));
            Assert.Contains(MessageFaults.JsonRpcCode(fault), new[] { -32700, -32600 });
        }
    }

    [Fact]
    public void Compares_IdsByValue()
    {
        static JsonRpcId Id(string token) => Validated.Message($$"""{"jsonrpc":"2.0","method":"m","id":{{token}}}""").Id;
        Assert.Equal(Id("\"a\""), Id("\"\\u0061\""));
        Assert.Equal(Id("\"a\"").GetHashCode(), Id("\"\\u0061\"").GetHashCode());
        Assert.NotEqual(Id("1"), Id("\"1\""));
        Assert.NotEqual(Id("\"a\""), Id("\"b\""));
        Assert.Equal(Id("41"), JsonRpcId.Of(41).Detach());
        Assert.Equal(Id("\"é\\\"\""), JsonRpcId.Of("é\""));
        Assert.True(Validated.Message("""{"jsonrpc":"2.0","method":"m"}""").Id.IsAbsent);
        Assert.Equal("\"a\"", Encoding.UTF8.GetString(Id("\"a\"").Raw.Span));
    }
}
