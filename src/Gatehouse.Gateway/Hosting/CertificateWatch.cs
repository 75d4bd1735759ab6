using Gatehouse.Diagnostics;
using Gatehouse.Settings;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The certificates of the process's listeners. It reports to the operator, once for each certificate, that it expires soon and that it has expired
/// (ST-03). The listener continues with an expired one, and no client connects any more.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="log">Receives events for the operator.</param>
internal sealed class CertificateWatch(TimeProvider time, ILogger log)
{
    private readonly Lock gate = new();
    private readonly List<Listener> listeners = [];

    /// <summary>Opens the certificate of a listener and watches it; null where the listener has no TLS.</summary>
    /// <param name="key">The key of the configuration that has the settings of the listener.</param>
    /// <param name="listen">The settings of the listener.</param>
    /// <exception cref="InvalidDataException">The files cannot be read as a certificate and its key.</exception>
    public ServerCertificate? Open(string key, ListenSettings listen)
    {
        if (listen.Url.Scheme != Uri.UriSchemeHttps) return null;
        var certificate = new ServerCertificate(listen.CertificateFile!, listen.KeyFile!, log);
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

    /// <summary>Returns the ends for <c>status</c>.</summary>
    public IEnumerable<KeyValuePair<string, string>> Facts() =>
        Expiries().Select(one => KeyValuePair.Create(one.Key, one.Expiry.DescribeAt(time.GetUtcNow())));

    private void Check(Listener listener)
    {
        var thumbprint = listener.Certificate.Current.TargetCertificate.Thumbprint;
        var (expiry, now) = (listener.Certificate.Expiry, time.GetUtcNow());
        var state = expiry.StateAt(now);
        // A clock that steps back and forth reports each state once.
        if (listener.Checked != (thumbprint, expiry)) (listener.Checked, listener.Reported) = ((thumbprint, expiry), CertificateState.Valid);
        if (state <= listener.Reported) return;
        listener.Reported = state;
        var (file, end) = (LogValue.Configured(listener.Certificate.CertificateFile), LogValue.Code(expiry.End));
        if (state == CertificateState.Expired) log.Write(OperatorEvents.CertificateExpired, file, end);
        else if (state == CertificateState.NotYetValid) log.Write(OperatorEvents.CertificateNotYetValid, file, LogValue.Code(expiry.Beginning));
        else log.Write(OperatorEvents.CertificateExpires, file, end, LogValue.Code(expiry.LeftAt(now)));
    }

    private sealed class Listener(string key, ServerCertificate certificate)
    {
        public string Key => key;

        public ServerCertificate Certificate => certificate;

        /// <summary>The certificate that was checked last, and the validity of its chain.</summary>
        public (string Thumbprint, CertificateExpiry Expiry) Checked { get; set; }

        /// <summary>The worst state of it that was reported.</summary>
        public CertificateState Reported { get; set; }
    }
}
