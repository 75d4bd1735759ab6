using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Hosting;

/// <summary>State of a certificate's validity.</summary>
internal enum CertificateState
{
    /// <summary>Its renewal is not due.</summary>
    Valid,

    /// <summary>It should have been renewed.</summary>
    ExpiresSoon,

    /// <summary>Its validity has not begun: clients refuse it.</summary>
    NotYetValid,

    /// <summary>It has expired: clients refuse it.</summary>
    Expired,
}

/// <summary>The period in which a certificate is valid.</summary>
/// <param name="NotBefore">Its beginning.</param>
/// <param name="NotAfter">Its end.</param>
/// <param name="Life">The life of the certificate that ends first, of which a fraction is left when a renewal is late.</param>
internal readonly record struct CertificateExpiry(DateTimeOffset NotBefore, DateTimeOffset NotAfter, TimeSpan Life)
{
    private static readonly TimeSpan EarliestWarning = TimeSpan.FromDays(14);

    // Clients of ACME renew when about a third of the life is left. At a fifth, the renewal has not come.
    private const int WarnAtFractionOfLife = 5;

    /// <summary>The end as a date and time in UTC.</summary>
    public string End => Moment(NotAfter);

    /// <summary>The beginning as a date and time in UTC.</summary>
    public string Beginning => Moment(NotBefore);

    /// <summary>
    /// Returns the period in which a certificate and all of its intermediates are valid: clients need the whole chain (RFC 5280 §6.1).
    /// </summary>
    public static CertificateExpiry Of(SslStreamCertificateContext certificate)
    {
        X509Certificate2[] chain = [certificate.TargetCertificate, .. certificate.IntermediateCertificates];
        var first = chain.MinBy(static one => one.NotAfter)!;
        return new CertificateExpiry(
            chain.Max(static one => new DateTimeOffset(one.NotBefore.ToUniversalTime())),
            new DateTimeOffset(first.NotAfter.ToUniversalTime()),
            first.NotAfter - first.NotBefore);
    }

    /// <summary>Returns the state at a moment.</summary>
    public CertificateState StateAt(DateTimeOffset now)
    {
        if (NotAfter <= now) return CertificateState.Expired;
        if (NotBefore > now) return CertificateState.NotYetValid;
        var fraction = Life / WarnAtFractionOfLife;
        return NotAfter - now <= (fraction < EarliestWarning ? fraction : EarliestWarning) ? CertificateState.ExpiresSoon : CertificateState.Valid;
    }

    /// <summary>Returns the time that is left: in days, on the last day in hours, in the last hour in minutes.</summary>
    public string LeftAt(DateTimeOffset now) => (NotAfter - now) switch
    {
        { Days: > 0 } left => Counted.Of(left.Days, "day"),
        { Hours: > 0 } left => Counted.Of(left.Hours, "hour"),
        var left => Counted.Of(Math.Max(0, left.Minutes), "minute"),
    };

    /// <summary>Says when the certificate expires and how much time is left, when it expired, or when its validity begins.</summary>
    public string DescribeAt(DateTimeOffset now) => StateAt(now) switch
    {
        CertificateState.Expired => $"expired on {End}",
        CertificateState.NotYetValid => $"is valid from {Beginning}",
        _ => $"expires on {End}, in {LeftAt(now)}",
    };

    private static string Moment(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
