using Gatehouse.Gateway.Transport;
using Gatehouse.Pipeline.Exchanges;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gatehouse.Gateway.Tests.Transport;

/// <summary>One walk over the headers finds what a look-up of each name finds.</summary>
[Trait("NoRetry", "yes")]
public sealed class RequestHeadersTests
{
    private const int Runs = 2000;

    private static readonly string[] OtherNames =
    [
        "Cookie", "User-Agent", "Accept-Encoding", "Mcp_Method", "Mcp-Methods", "Mcp-Param", "Mcp-Param-A", "mcp-param-b", "MCP-PARAM-", "X-Mcp-Name", "Hosts",
    ];

    public static TheoryData<RequestHeader> All => [.. Enum.GetValues<RequestHeader>()];

    // Written out, so that a header which becomes a list is seen here.
    [Theory]
    [InlineData("Host", RequestHeader.Host, true)]
    [InlineData("Origin", RequestHeader.Origin, true)]
    [InlineData("Authorization", RequestHeader.Authorization, true)]
    [InlineData("Content-Type", RequestHeader.ContentType, true)]
    [InlineData("Content-Length", RequestHeader.ContentLength, true)]
    [InlineData("Transfer-Encoding", RequestHeader.TransferEncoding, true)]
    [InlineData("Content-Encoding", RequestHeader.ContentEncoding, true)]
    [InlineData("MCP-Protocol-Version", RequestHeader.ProtocolVersion, true)]
    [InlineData("Mcp-Session-Id", RequestHeader.SessionId, true)]
    [InlineData("Mcp-Method", RequestHeader.Method, true)]
    [InlineData("Mcp-Name", RequestHeader.Name, true)]
    [InlineData("Last-Event-ID", RequestHeader.LastEventId, true)]
    [InlineData("DPoP", RequestHeader.DPoP, true)]
    [InlineData("Client-Cert", RequestHeader.ClientCertificate, true)]
    [InlineData("Accept", RequestHeader.Accept, false)]
    [InlineData("Trailer", RequestHeader.Trailer, false)]
    public void Header_HasItsName_AndMayOccurOnceOrOften(string name, RequestHeader header, bool isSingleValued)
    {
        Assert.Equal(name, HeaderNames.Of(header));
        Assert.True(HeaderNames.TryFind(name.ToLowerInvariant(), out var found));
        Assert.Equal(header, found);
        Assert.Equal(isSingleValued, HeaderNames.SingleValued.Contains(header));
    }

    [Fact]
    public void EveryHeader_HasAPlace() => Assert.Equal(HeaderNames.Count, Enum.GetValues<RequestHeader>().Length);

    [Theory]
    [MemberData(nameof(All))]
    public void Header_IsFoundByItsName_InAnyCase(RequestHeader header)
    {
        var name = HeaderNames.Of(header);
        foreach (var spelled in new[] { name, name.ToUpperInvariant(), name.ToUpperInvariant().Replace('E', 'e') })
        {
            var read = RequestHeaders.Read(new HeaderDictionary { [spelled] = "a value" });
            Assert.True(read.Has(header));
            Assert.Equal("a value", read.Single(header));
            Assert.Null(read.Repeated);
            Assert.All(Enum.GetValues<RequestHeader>().Where(other => other != header), other => Assert.False(read.Has(other)));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void HeaderWithTwoLines_HasNoSingleValue_AndIsReportedWhereItMayOccurOnce(RequestHeader header)
    {
        var read = RequestHeaders.Read(new HeaderDictionary { [HeaderNames.Of(header)] = new StringValues(["one", "two"]) });
        Assert.True(read.Has(header));
        Assert.Null(read.Single(header));
        Assert.Equal("one,two", read.List(header));
        Assert.Equal(HeaderNames.SingleValued.Contains(header) ? header : null, read.Repeated);
    }

    [Theory]
    [InlineData("X-Content-Length", true)]
    [InlineData("x-content-length", true)]
    [InlineData("Mcp Method", true)]
    [InlineData("Mcp-Méthod", true)]
    [InlineData("Content-Length ", true)]
    [InlineData("Mcp-Param-a;b", true)]
    [InlineData(":authority", false)]
    [InlineData("Mcp_Method", false)]
    public void NameThatIsNoToken_MakesTheFramingUnclear(string name, bool isUnclear) =>
        Assert.Equal(isUnclear, RequestHeaders.Read(new HeaderDictionary { [name] = "1" }).HasUnclearFraming);

    [Fact]
    public void AnyHeaders_AreFoundAsByLookingThemUp()
    {
        var random = new Random(16);
        string[] names = [.. Enum.GetValues<RequestHeader>().Select(HeaderNames.Of), .. OtherNames];
        for (var run = 0; run < Runs; run++)
        {
            var headers = new HeaderDictionary();
            foreach (var name in random.GetItems(names, random.Next(names.Length)).Distinct(StringComparer.OrdinalIgnoreCase))
                headers[Spell(name, random)] = new StringValues([.. Enumerable.Range(0, random.Next(3)).Select(i => $"v{i}")]);
            AssertAgrees(headers, RequestHeaders.Read(headers));
        }
    }

    private static void AssertAgrees(HeaderDictionary headers, RequestHeaders read)
    {
        foreach (var header in Enum.GetValues<RequestHeader>())
        {
            var lines = headers[HeaderNames.Of(header)];
            Assert.Equal(lines.Count > 0, read.Has(header));
            Assert.Equal(lines.Count == 1 ? lines[0] : null, read.Single(header));
        }

        RequestHeader[] repeated =
            [.. HeaderNames.SingleValued.Where(header => headers[HeaderNames.Of(header)].Count > 1)];
        Assert.Equal(repeated.Length == 0 ? null : repeated[0], read.Repeated);
        Assert.Equal(
            headers.Where(static header => header.Key.StartsWith("mcp-param-", StringComparison.OrdinalIgnoreCase))
                .SelectMany(static header => header.Value.Select(value => KeyValuePair.Create(header.Key, value))),
            read.Parameters.Select(static line => KeyValuePair.Create(line.Key, (string?)line.Value)));
    }

    private static string Spell(string name, Random random) => string.Concat(name.Select(c => random.Next(2) == 0 ? char.ToLowerInvariant(c) : c));
}
