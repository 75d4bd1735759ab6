using Gatehouse.Diagnostics;
using Gatehouse.Settings;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The certificates of the process's listeners. It reports to the operator, once for each certificate, that it expires soon, that it has expired, or
/// that its validity has not begun (ST-03). The listener continues outside the validity too, and clients refuse to connect then.
/// </summary>
/// <remarks>
/// A wrong clock gives a wrong state, which must not hide the right one later. So a state that comes again after another is reported again, and a
/// clock that steps back and forth gives one event for each state within <see cref="Pause"/>.
/// </remarks>
/// <param name="time">The clock.</param>
/// <param name="log">Receives events for the operator.</param>
internal sealed class CertificateWatch(TimeProvider time, ILogger log)
{
    /// <summary>The shortest time between two reports of the same state of a certificate.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly List<Listener> listeners = [];

    /// <summary>Opens the certificate of a listener and watches it; null where the listener has no TLS.</summary>
    /// <param name="key">The key of the configuration that has the settings of the listener.</param>
    /// <param name="listen">The settings of the listener.</param>
    /// <exception cref="InvalidDataException">The files cannot be read as a certificate and its key.</exception>
    public ServerCertificate? Open(string key, ListenSettings listen)
    {
        if (listen.Url.Scheme != Uri.UriSchemeHttps) return null;
        var certificate = Read(key, listen);
        lock (gate)
        {
            var listener = new Listener(key + ".certificate", certificate);
            listeners.Add(listener);
            Check(listener);
        }

        return certificate;
    }

    /// <summary>Checks all certificates. A renewed file is read here too, so that a listener without connections reports its fault.</summary>
    public void Check()
    {
        lock (gate) listeners.ForEach(Check);
    }

    /// <summary>Returns the validity of each certificate, by the key that names its file.</summary>
    public IReadOnlyList<(string Key, CertificateExpiry Expiry)> Expiries()
    {
        lock (gate) return [.. listeners.Select(static listener => (listener.Key, listener.Certificate.Expiry))];
    }

    /// <summary>Returns the validity of each certificate in words, for <c>status</c>.</summary>
    public IEnumerable<KeyValuePair<string, string>> Facts() =>
        Expiries().Select(one => KeyValuePair.Create(one.Key, one.Expiry.DescribeAt(time.GetUtcNow())));

    private ServerCertificate Read(string key, ListenSettings listen)
    {
        try
        {
            return new ServerCertificate(listen.CertificateFile!, listen.KeyFile!, log);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                $"{key}.certificate: {e.Message.TrimEnd('.')}. Write both files, or mount them in a container, so that this account can read them", e);
        }
    }

    private void Check(Listener listener)
    {
        var certificate = listener.Certificate.Current;
        var (expiry, now) = (CertificateExpiry.Of(certificate), time.GetUtcNow());
        listener.Use((certificate.TargetCertificate.Thumbprint, expiry));
        var state = expiry.StateAt(now);
        if (state == CertificateState.Valid) listener.Reported = state;
        // The pause is not that of the clock, which may be the one that is wrong.
        if (state == listener.Reported || (listener.ReportedAt.TryGetValue(state, out var at) && time.GetElapsedTime(at) < Pause)) return;
        listener.Reported = state;
        listener.ReportedAt[state] = time.GetTimestamp();
        var (file, end) = (LogValue.Configured(listener.Certificate.CertificateFile), LogValue.Code(expiry.End));
        if (state == CertificateState.Expired) log.Write(OperatorEvents.CertificateExpired, file, end);
        else if (state == CertificateState.NotYetValid) log.Write(OperatorEvents.CertificateNotYetValid, file, LogValue.Code(expiry.Beginning));
        else log.Write(OperatorEvents.CertificateExpires, file, end, LogValue.Code(expiry.LeftAt(now)));
    }

    private sealed class Listener(string key, ServerCertificate certificate)
    {
        private (string Thumbprint, CertificateExpiry Expiry) used;

        public string Key => key;

        public ServerCertificate Certificate => certificate;

        /// <summary>The state that was reported last; valid where none was, or where it is over.</summary>
        public CertificateState Reported { get; set; }

        /// <summary>The timestamp of the last report of each state.</summary>
        public Dictionary<CertificateState, long> ReportedAt { get; } = [];

        /// <summary>Forgets the reports about another certificate, or about another chain.</summary>
        /// <param name="certificate">The certificate, and the validity of its chain.</param>
        public void Use((string Thumbprint, CertificateExpiry Expiry) certificate)
        {
            if (certificate == used) return;
            used = certificate;
            Reported = CertificateState.Valid;
            ReportedAt.Clear();
        }
    }
}
