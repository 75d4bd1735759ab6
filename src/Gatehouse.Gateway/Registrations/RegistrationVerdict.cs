namespace Gatehouse.Gateway.Registrations;

/// <summary>The meaning of a finding about a registration.</summary>
internal enum RegistrationVerdict
{
    /// <summary>It works, and protects less than it could.</summary>
    Limited,

    /// <summary>It does not work, or an attacker gains by it.</summary>
    Fails,
}
