using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Diagnostics;
using Gatehouse.Text;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The certificates of the process's listeners. It reports to the operator, once for each certificate, that it expires soon and that it has expired
/// (ST-03). The listener continues with an expired one, and no client connects any more.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="log">Receives events for the operator.</param>
internal sealed class ListenerCertificates(TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(14);

    // Clients of ACME renew when about a third of the life is left. At a fifth, the renewal has not come.
    private const int PartOfLife = 5;

    private readonly Lock gate = new();
    private readonly List<Listener> listeners = [];

    /// <summary>Adds the certificate of a listener, and looks at it.</summary>
    /// <param name="key">The key of the configuration that names its file.</param>
    /// <param name="certificate">The certificate.</param>
    public void Add(string key, ServerCertificate certificate)
    {
        lock (gate)
        {
            var listener = new Listener(key, certificate);
            listeners.Add(listener);
            LookAt(listener);
        }
    }

    /// <summary>Looks at all certificates. A renewed file is read here too, so that a listener without connections reports its fault.</summary>
    public void Look()
    {
        lock (gate) listeners.ForEach(LookAt);
    }

    /// <summary>Returns the end of each certificate, by the key that names its file.</summary>
    public IReadOnlyList<(string Key, DateTimeOffset End)> Ends()
    {
        lock (gate) return [.. listeners.Select(listener => (listener.Key, EndOf(listener.Certificate.Current.TargetCertificate)))];
    }

    /// <summary>Returns the ends for <c>status</c>.</summary>
    public IEnumerable<KeyValuePair<string, string>> Facts() => Ends().Select(one => KeyValuePair.Create(one.Key, Words(one.End, time.GetUtcNow())));

    /// <summary>Says when a certificate expires and how much time is left, or when it expired.</summary>
    public static string Words(DateTimeOffset end, DateTimeOffset now)
    {
        var left = end - now;
        var on = end.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        return left <= TimeSpan.Zero ? $"expired on {on}"
            : $"expires on {on}, in {(left.Days > 0 ? Counted.Of(left.Days, "day") : Counted.Of(left.Hours, "hour"))}";
    }

    /// <summary>Returns whether a certificate should have been renewed.</summary>
    public static bool IsNearItsEnd(X509Certificate2 certificate, DateTimeOffset now)
    {
        var end = EndOf(certificate);
        var share = (end - new DateTimeOffset(certificate.NotBefore.ToUniversalTime())) / PartOfLife;
        return end - now <= (share < Longest ? share : Longest);
    }

    /// <summary>Returns the moment at which a certificate is no longer valid.</summary>
    public static DateTimeOffset EndOf(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());

    private void LookAt(Listener listener)
    {
        var certificate = listener.Certificate.Current.TargetCertificate;
        var now = time.GetUtcNow();
        var end = EndOf(certificate);
        var state = end <= now ? Expiry.Over : IsNearItsEnd(certificate, now) ? Expiry.Near : Expiry.Far;
        if (listener.Reported == (certificate.Thumbprint, state)) return;
        listener.Reported = (certificate.Thumbprint, state);
        var file = LogValue.Configured(listener.Certificate.CertificateFile);
        if (state == Expiry.Over) log.Write(OperatorEvents.CertificateExpired, file, LogValue.Code(Words(end, now)));
        else if (state == Expiry.Near) log.Write(OperatorEvents.CertificateExpires, file, LogValue.Code(Words(end, now)));
    }

    private enum Expiry
    {
        Far,
        Near,
        Over,
    }

    private sealed class Listener(string key, ServerCertificate certificate)
    {
        public string Key => key;

        public ServerCertificate Certificate => certificate;

        public (string Thumbprint, Expiry State) Reported { get; set; }
    }
}
