using Gatehouse.Diagnostics;

namespace Gatehouse.Gateway.Access.Entra;

/// <summary>
/// The login service or Microsoft Graph gave no answer that counts. The message is made of words of this program and of numbers.
/// </summary>
/// <param name="message">The fault.</param>
/// <param name="pause">Time for which no further question is to be sent; null where the service asks for none.</param>
internal sealed class EntraFaultException(string message, TimeSpan? pause = null) : Exception(message), IContentFreeFault
{
    /// <summary>Time for which no further question is to be sent; null where the service asks for none.</summary>
    public TimeSpan? Pause => pause;
}
