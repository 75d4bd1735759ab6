using System.Buffers;
using System.Text;
using Gatehouse.Protocol.Framing;

namespace Gatehouse.Protocol.Tests;

public class JsonRpcWriterTests
{
    [Fact]
    public void Writes_AnErrorThatEchoesTheRawId()
    {
        var call = Validated.Message("""{"jsonrpc":"2.0","method":"m","id":"\u00e9\n"}""");
        var data = new JsonRpcErrorData { Code = "GH4001", Remedy = "ask", RequestId = "r1", Supported = ["2026-07-28"], Requested = "x" };
        var error = Written(output => JsonRpcWriter.WriteError(output, call.Id, 4001, "no", data));
        Assert.Equal("""{"jsonrpc":"2.0","id":"\u00e9\n","error":{"code":4001,"message":"no","data":{"code":"GH4001","remedy":"ask","requestId":"r1","supported":["2026-07-28"],"requested":"x"}}}""", Encoding.UTF8.GetString(error.Bytes.Span));
        Assert.Equal(call.Id, error.Id);
    }

    [Fact]
    public void LeavesOut_AnUnknownIdAndEmptyData()
    {
        var error = Written(output => JsonRpcWriter.WriteError(output, default, -32700, "bad", new JsonRpcErrorData()));
        Assert.Equal("""{"jsonrpc":"2.0","error":{"code":-32700,"message":"bad"}}""", Encoding.UTF8.GetString(error.Bytes.Span));
    }

    [Fact]
    public void Writes_CallsAndResultsOfOurOwnOnOneLine()
    {
        var request = Written(output => JsonRpcWriter.WriteRequest(output, JsonRpcId.Of(3), "tools/list", "{\"cursor\":\r\n\"c\"}"u8));
        Assert.Equal("c", request.Text(EnvelopeMember.ParamsCursor));
        Assert.Equal(MessageKind.Notification, Written(output => JsonRpcWriter.WriteNotification(output, "notifications/initialized")).Kind);
        Assert.True(Written(output => JsonRpcWriter.WriteResult(output, request.Id, "{\"tools\":[]}"u8)).IsArray(EnvelopeMember.ResultTools));
        Assert.Throws<ArgumentException>(() => JsonRpcWriter.WriteRequest(new ArrayBufferWriter<byte>(), default, "ping"));
        Assert.ThrowsAny<Exception>(() => JsonRpcWriter.WriteRequest(new ArrayBufferWriter<byte>(), JsonRpcId.Of(1), "ping", "{} {}"u8));
    }

    private static ValidatedMessage Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        Assert.False(output.WrittenSpan.ContainsAny((byte)'\r', (byte)'\n'));
        return Validated.Message(output.WrittenSpan.ToArray());
    }
}
