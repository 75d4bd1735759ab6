namespace Gatehouse.Identity.Certificates;

/// <summary>The part of a workload's certificate that names the workload.</summary>
public enum CertificateSubject
{
    /// <summary>The one URI among its alternative names, as SPIFFE has it (X.509-SVID §2). The default.</summary>
    Uri,

    /// <summary>The one DNS name among its alternative names.</summary>
    Dns,

    /// <summary>The whole subject name.</summary>
    Name,
}
