using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Outbound;

namespace Gatehouse.AuthorizationServer.Tests.Clients;

/// <summary>The fetch of a document whose address a stranger chose: the rows E01 to E08 hold for it.</summary>
public sealed class ClientDocumentFetcherTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fd12::1")]
    [InlineData("168.63.129.16")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [Trait("Requirement", "C15")]
    public async Task AddressThatIsNotPublic_IsNotConnectedTo(string address)
    {
        using var fetcher = new ClientDocumentFetcher(new OutboundHandlers(new Resolver(IPAddress.Parse(address))));
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(fetcher, "https://app.example/client.json"));
        Assert.IsType<DestinationRefusedException>(refused.InnerException);
    }

    [Fact]
    [Trait("Requirement", "C15")]
    public async Task NameThatLeadsToThisMachine_ReachesNoServerThere()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        using var fetcher = new ClientDocumentFetcher(new OutboundHandlers(new Resolver(IPAddress.Loopback, IPAddress.IPv6Loopback)));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(fetcher, $"https://app.example:{port}/client.json"));
        Assert.False(server.Pending());
    }

    [Fact]
    [Trait("Requirement", "C15")]
    public async Task PlainHttp_IsNeverFetched()
    {
        using var fetcher = new ClientDocumentFetcher(new Answering(_ => throw new InvalidOperationException("it was sent")));
        await Assert.ThrowsAsync<DestinationRefusedException>(() => GetAsync(fetcher, "http://app.example/client.json"));
    }

    [Fact]
    [Trait("Requirement", "C15")]
    public async Task Redirect_IsNotFollowed_AndItsBodyIsNotRead()
    {
        var requests = 0;
        using var fetcher = new ClientDocumentFetcher(new Answering(_ =>
        {
            requests++;
            return new HttpResponseMessage(HttpStatusCode.Found)
            {
                Headers = { Location = new Uri("https://169.254.169.254/latest") },
                Content = new ByteArrayContent(new byte[100_000]),
            };
        }));
        var answer = await GetAsync(fetcher, "https://app.example/client.json");
        Assert.Equal((302, 0, 1), (answer!.Value.Status, answer.Value.Body.Length, requests));
        Assert.False(new OutboundHandlers(new Resolver()).Create(DestinationTrust.Learned, [], TimeSpan.FromSeconds(5)).AllowAutoRedirect);
    }

    [Theory]
    [InlineData(ClientDocuments.LargestDocument, true)]
    [InlineData(ClientDocuments.LargestDocument + 1, false)]
    [InlineData(50_000_000, false)]
    [Trait("Requirement", "C13")]
    [Trait("Requirement", "C15")]
    public async Task Body_IsReadUpToItsBound(int size, bool isRead)
    {
        using var fetcher = new ClientDocumentFetcher(new Answering(_ => new HttpResponseMessage { Content = new StreamContent(new Endless(size)) }));
        var answer = await GetAsync(fetcher, "https://app.example/client.json");
        Assert.Equal(isRead ? size : null, answer?.Body.Length);
    }

    [Fact]
    [Trait("Requirement", "C14")]
    public async Task Request_CarriesNoCredential_AndTheAnswersHeadersAreKept()
    {
        HttpRequestMessage? sent = null;
        using var fetcher = new ClientDocumentFetcher(new Answering(request =>
        {
            sent = request;
            return new HttpResponseMessage
            {
                Headers = { CacheControl = new() { MaxAge = TimeSpan.FromMinutes(7) }, Age = TimeSpan.FromSeconds(3) },
                Content = new StringContent("{}", Encoding.UTF8, "application/json"),
            };
        }));
        var answer = (await GetAsync(fetcher, "https://app.example/client.json"))!.Value;
        Assert.Equal(["Accept"], sent!.Headers.Select(header => header.Key));
        Assert.Equal("application/json", answer.MediaType);
        Assert.Equal((TimeSpan.FromMinutes(7), TimeSpan.FromSeconds(3)), (answer.CacheControl?.MaxAge, answer.Age));
    }

    private static Task<ClientDocumentAnswer?> GetAsync(ClientDocumentFetcher fetcher, string address) =>
        fetcher.GetAsync(new Uri(address), ClientDocuments.LargestDocument, CancellationToken.None).AsTask();

    private sealed class Resolver(params IPAddress[] addresses) : INameResolver
    {
        public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) => ValueTask.FromResult(addresses);
    }

    private sealed class Answering(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }

    private sealed class Endless(int size) : MemoryStream(0)
    {
        private int left = size;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(left, buffer.Length);
            left -= count;
            return ValueTask.FromResult(count);
        }
    }
}
