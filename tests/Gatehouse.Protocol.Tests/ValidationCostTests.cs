using System.Text;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Protocol.Tests;

public class ValidationCostTests
{
    [Fact]
    public void Allocates_TheSameForSmallAndLargeMessages()
    {
        var small = Records(1_000);
        var large = Records(1_000_000);
        var first = Math.Max(Allocated(small), Allocated(small));
        var second = Allocated(large);
        Assert.InRange(first, 1, 1024);
        Assert.InRange(second, first - 64, first + 64);
    }

    [Fact]
    public void Bounds_ComparisonsWhenEveryNameHashesAlike()
    {
        const int count = 4096;
        (var json, var spans) = Names(count);
        var names = new MemberNames(json, new ulong[MemberNames.LinearMembers], new NameSpan[MemberNames.LinearMembers]);
        foreach (var span in spans)
            Assert.True(names.TryAdd(0, span, hash: 42));
        Assert.True(names.TryClose(0));
        // 32 * 31 / 2 while searched linearly, then at most 2 n log2 n + n while sorted by name.
        Assert.InRange(names.Comparisons, count, 496 + (2 * count * 12) + (3 * count));
        names.Return();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(34)]
    [InlineData(65)]
    [InlineData(66)]
    [InlineData(4096)]
    public void Finds_TheDuplicateInObjectsOfEverySize(int members)
    {
        string[] names = [.. Enumerable.Range(0, members - 1).Select(n => $"\"k{n}\":{n}")];
        var distinct = "{\"o\":{" + string.Join(',', names) + "}}";
        var duplicate = "{\"o\":{" + string.Join(',', names) + ",\"k\\u0030\":1}}";
        Assert.True(JsonValidator.TryValidate(Encoding.UTF8.GetBytes(distinct), MessageLimits.Default, out _));
        Assert.False(JsonValidator.TryValidate(Encoding.UTF8.GetBytes(duplicate), MessageLimits.Default, out var failure));
        Assert.Equal(MessageFault.DuplicateName, failure.Fault);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Finds_TheDuplicateAmongEqualHashes(bool duplicate)
    {
        (var json, var spans) = Names(500);
        var names = new MemberNames(json, new ulong[MemberNames.LinearMembers], new NameSpan[MemberNames.LinearMembers]);
        foreach (var span in spans)
            names.TryAdd(0, span, hash: 42);
        if (duplicate)
            names.TryAdd(0, spans[250], hash: 42);
        Assert.Equal(!duplicate, names.TryClose(0));
        names.Return();
    }

    private static (byte[] Json, NameSpan[] Spans) Names(int count)
    {
        var json = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, count).Select(n => n.ToString("D6", null))));
        return (json, [.. Enumerable.Range(0, count).Select(n => new NameSpan(n * 6, 6))]);
    }

    private static byte[] Records(int bytes)
    {
        var json = new StringBuilder("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"n","arguments":{"rows":[""");
        while (json.Length < bytes)
            json.Append("""{"id":12345,"title":"a \"short\" text","price":12.5,"tags":["x","y"],"open":true},""");
        json.Length--;
        return Encoding.UTF8.GetBytes(json.Append("]}}}").ToString());
    }

    private static long Allocated(byte[] json)
    {
        Assert.Equal(MessageFault.None, Validated.Fault(json));
        var before = GC.GetAllocatedBytesForCurrentThread();
        MessageValidator.TryValidate(json, MessageLimits.Default, out var message, out _);
        var after = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("tools/call", message!.Method);
        return after - before;
    }
}
