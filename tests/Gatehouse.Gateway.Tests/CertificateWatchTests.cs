using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Administration;
using Gatehouse.Audit.Witness;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.WitnessHosting;
using Gatehouse.Ipc;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway.Tests;

/// <summary>The end of the gateway's own certificate is reported before it comes: by an event, status, metrics and the doctor (ST-03).</summary>
[Trait("Requirement", "ST-03")]
[Trait("NoRetry", "yes")]
public sealed class CertificateWatchTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-certificate-");
    private readonly ManualTimeProvider time = new(DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
    private readonly List<string> lines = [];
    private int written;

    private string CertificateFile => Path.Join(folder.FullName, "tls.pem");

    private string KeyFile => Path.Join(folder.FullName, "tls.key");

    private ListenSettings Listen => new() { Url = new Uri("https://10.0.0.5:8443"), CertificateFile = CertificateFile, KeyFile = KeyFile };

    public void Dispose() => folder.Delete(recursive: true);

    // A renewal comes when a third of the life is left, so that these are the moments at which it is late: a fifth, and 14 days at most.
    [Theory]
    [InlineData(90, (14 * 24) - 1, true)]
    [InlineData(90, (14 * 24) + 1, false)]
    [InlineData(365, (14 * 24) - 1, true)]
    [InlineData(365, (14 * 24) + 1, false)]
    [InlineData(10, 47, true)]
    [InlineData(10, 49, false)]
    public void ACertificate_IsWarnedOf_WhenItsRenewalIsLate(int days, int hoursLeft, bool isReported)
    {
        Write(TimeSpan.FromHours(hoursLeft), TimeSpan.FromDays(days));
        Watch();
        if (isReported) Assert.Contains(CertificateFile, Assert.Single(lines), StringComparison.Ordinal);
        else Assert.Empty(lines);
    }

    [Fact]
    public void EachState_IsReportedOnce_AndARenewalEndsIt()
    {
        Write(TimeSpan.FromDays(15), TimeSpan.FromDays(90));
        var certificates = Watch();
        Assert.Empty(lines);
        Advance(TimeSpan.FromDays(2));
        Assert.Contains("expires on", Assert.Single(lines), StringComparison.Ordinal);
        Assert.Contains("in 13 days", lines[0], StringComparison.Ordinal);
        Advance(TimeSpan.FromDays(13));
        Assert.Equal(2, lines.Count);
        Assert.Contains("expired on", lines[1], StringComparison.Ordinal);
        Write(TimeSpan.FromDays(90), TimeSpan.FromDays(90));
        Advance(TimeSpan.FromDays(70));
        Assert.Equal(2, lines.Count);
        Advance(TimeSpan.FromDays(7));
        Assert.Equal(3, lines.Count);

        void Advance(TimeSpan by)
        {
            time.Advance(by);
            certificates.Check();
            certificates.Check();
        }
    }

    // A machine without a battery for its clock starts in the past, and a virtual one may jump into the future.
    [Theory]
    [InlineData(-100, "is valid from")]
    [InlineData(1000, "expired on")]
    public void AWrongClock_HidesNoLaterEvent(int days, string words)
    {
        Write(TimeSpan.FromDays(60), TimeSpan.FromDays(90));
        var certificates = Watch();
        var right = time.GetUtcNow();
        time.SetUtcNow(right + TimeSpan.FromDays(days));
        certificates.Check();
        Assert.Contains(words, Assert.Single(lines), StringComparison.Ordinal);
        time.SetUtcNow(right);
        certificates.Check();
        Advance(TimeSpan.FromDays(50));
        Assert.Equal(2, lines.Count);
        Assert.Contains("in 10 days", lines[1], StringComparison.Ordinal);
        Advance(TimeSpan.FromDays(11));
        Assert.Equal(3, lines.Count);
        Assert.Contains("expired on", lines[2], StringComparison.Ordinal);

        void Advance(TimeSpan by)
        {
            time.Advance(by);
            certificates.Check();
            certificates.Check();
        }
    }

    [Fact]
    public void AClockThatStepsBackAndForth_IsOneEventWithinThePause_AndTheRightStateFollows()
    {
        Write(TimeSpan.FromDays(60), TimeSpan.FromDays(90));
        var certificates = Watch();
        var right = time.GetUtcNow();
        for (var steps = 0; steps < 20; steps++)
        {
            time.SetUtcNow(steps % 2 == 0 ? right.AddDays(100) : right);
            certificates.Check();
        }

        Assert.Single(lines);
        time.SetUtcNow(right.AddDays(100));
        certificates.Check();
        Assert.Single(lines);
        time.Advance(CertificateWatch.Pause);
        certificates.Check();
        certificates.Check();
        Assert.Equal(2, lines.Count);
    }

    [Fact]
    public void APathThatCannotBeLookedAt_KeepsTheCertificate_AndIsOneEvent()
    {
        Write(TimeSpan.FromDays(60), TimeSpan.FromDays(90));
        var certificates = new CertificateWatch(time, new EventTexts(lines.Add));
        var certificate = certificates.Open("listen", Listen)!;
        var before = certificate.Current;
        File.Delete(CertificateFile);
        File.CreateSymbolicLink(CertificateFile, CertificateFile);
        for (var checks = 0; checks < 3; checks++) certificates.Check();
        Assert.Contains(CertificateFile, Assert.Single(lines), StringComparison.Ordinal);
        Assert.Same(before, certificate.Current);
        Assert.EndsWith("in 60 days", Assert.Single(certificates.Facts()).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void ACertificateBeforeItsTime_IsReported()
    {
        Write(TimeSpan.FromDays(100), TimeSpan.FromDays(90));
        Watch();
        Assert.Contains("is valid from", Assert.Single(lines), StringComparison.Ordinal);
        Assert.All(Reports(), report => Assert.Contains("clock", report.CertificateRemedy, StringComparison.Ordinal));
    }

    // Clients need the whole chain: it ends with the first of its certificates.
    [Fact]
    public void AnIntermediateThatExpiresFirst_IsTheEnd()
    {
        var now = time.GetUtcNow();
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Authority("CN=root", rootKey).CreateSelfSigned(now.AddDays(-100), now.AddDays(100));
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var middle = Authority("CN=middle", middleKey).Create(root, now.AddDays(-90), now.AddDays(5), [1]).CopyWithPrivateKey(middleKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
            .Create(middle.SubjectName, X509SignatureGenerator.CreateForECDsa(middleKey), now.AddDays(-10), now.AddDays(80), [2]);
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificateFile, leaf.ExportCertificatePem() + "\n" + middle.ExportCertificatePem());
        Watch();
        Assert.Contains("in 5 days", Assert.Single(lines), StringComparison.Ordinal);
        Assert.All(Reports(), report => Assert.NotNull(report.CertificateRemedy));

        static CertificateRequest Authority(string name, ECDsa key)
        {
            var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            return request;
        }
    }

    [Fact]
    public async Task ARunningGateway_ReportsTheEnd_WithoutAConnection()
    {
        Write(TimeSpan.FromDays(60), TimeSpan.FromDays(90));
        await using var gateway = await StartAsync();
        Assert.DoesNotContain("certificate-expires", gateway.Diagnostics, StringComparison.Ordinal);
        Write(TimeSpan.FromDays(5), TimeSpan.FromDays(90));
        time.Advance(TimeSpan.FromSeconds(15)); // the sweep
        await Eventually.TrueAsync(() => gateway.Diagnostics.Contains($"{CertificateFile} expires on", StringComparison.Ordinal), "the operator is warned");

        var reply = await GatewayAdministration.ControlOf(gateway.Host).HandleAsync(new ShowStatus(), new PeerAccount(1, 0));
        var facts = reply.As<StatusReport>().Facts;
        Assert.EndsWith("in 4 days", facts["listen.certificate"], StringComparison.Ordinal);
        var end = X509CertificateLoader.LoadCertificateFromFile(CertificateFile).NotAfter.ToUniversalTime();
        Assert.Contains(
            $"gatehouse_certificate_expiry_timestamp_seconds{{key=\"listen.certificate\"}} {new DateTimeOffset(end).ToUnixTimeSeconds()}\n",
            gateway.Host.Metrics().Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACertificateThatExpiresSoon_IsReportedAtTheStart()
    {
        Write(TimeSpan.FromDays(5), TimeSpan.FromDays(90));
        await using var gateway = await StartAsync();
        Assert.Contains($"{CertificateFile} expires on", gateway.Diagnostics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, "in 60 days", null)]
    [InlineData(5, "in 5 days", "Renew the certificate")]
    [InlineData(-1, "expired on", "Renew the certificate")]
    public void TheDoctor_SaysWhenItExpires(int daysLeft, string words, string? remedy)
    {
        Write(TimeSpan.FromDays(daysLeft), TimeSpan.FromDays(90));
        foreach (var report in Reports())
        {
            Assert.Contains(words, report.Certificate, StringComparison.Ordinal);
            if (remedy is null) Assert.Null(report.CertificateRemedy);
            else Assert.StartsWith(remedy, report.CertificateRemedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TheDoctor_SaysThatACertificateCannotBeUsed_AsTheStartDoes()
    {
        AssertUnusable("correct the paths");
        Write(TimeSpan.FromDays(60), TimeSpan.FromDays(90));
        var other = File.ReadAllText(KeyFile);
        Write(TimeSpan.FromDays(60), TimeSpan.FromDays(90));
        File.WriteAllText(KeyFile, other);
        AssertUnusable("replace both files");
        File.WriteAllText(CertificateFile, "no certificate");
        AssertUnusable("replace both files");

        void AssertUnusable(string remedy)
        {
            Assert.Throws<InvalidDataException>(() => new ServerCertificate(CertificateFile, KeyFile, NullLogger.Instance));
            Assert.All(Reports(), report => Assert.Contains("cannot be used", report.Certificate, StringComparison.Ordinal));
            Assert.All(Reports(), report => Assert.Contains(remedy, report.CertificateRemedy, StringComparison.Ordinal));
        }
    }

    private IReadOnlyList<LinkReport> Reports()
    {
        var reports = LinkDoctor.Examine(new GatewaySettings
        {
            PublicUrl = new Uri("https://mcp.example"),
            StateDirectory = "unused",
            Listen = Listen,
            Administration = new AdministrationSettings { Http = new AdministrationHttpSettings { Listen = Listen } },
            Servers = [],
        }, time.GetUtcNow());
        Assert.Equal(["callers", "administration"], reports.Select(report => report.Link));
        return reports;
    }

    private CertificateWatch Watch()
    {
        var certificates = new CertificateWatch(time, new EventTexts(lines.Add));
        certificates.Open("listen", Listen);
        return certificates;
    }

    private Task<TestGateway> StartAsync() => TestGateway.StartAsync(
        s => s with
        {
            PublicUrl = new Uri($"https://127.0.0.1:{s.PublicUrl.Port}"),
            Listen = s.Listen with { Url = new Uri($"https://127.0.0.1:{s.PublicUrl.Port}"), CertificateFile = CertificateFile, KeyFile = KeyFile },
        },
        time);

    // A witness has no status and no metrics: its operator reads these lines only.
    [Fact]
    public async Task TheCertificateOfAWitness_IsWatchedToo()
    {
        Write(TimeSpan.FromDays(15), TimeSpan.FromDays(90));
        using var witness = WitnessService.Create(Path.Join(folder.FullName, "witness"), "witness.example/w1", "Example Org", time);
        await using var listener = await WitnessListener.StartAsync(new WitnessListenerOptions
        {
            Witness = witness,
            Listen = new Uri("https://127.0.0.1:0"),
            CertificateFile = CertificateFile,
            KeyFile = KeyFile,
            Time = time,
            Log = line => { lock (lines) lines.Add(line); },
        });
        Assert.Empty(lines);
        time.Advance(TimeSpan.FromDays(2));
        Assert.StartsWith("warning 1106 certificate-expires: ", Assert.Single(lines), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromDays(14));
        Assert.StartsWith("error 1107 certificate-expired: ", lines[1], StringComparison.Ordinal);
    }

    private void Write(TimeSpan left, TimeSpan life)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var end = time.GetUtcNow() + left;
        using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(end - life, end);
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificateFile, made.ExportCertificatePem());
        File.SetLastWriteTimeUtc(CertificateFile, DateTime.UtcNow.AddMinutes(++written));
    }
}
