namespace Gatehouse.Settings;

/// <summary>The request by which a service revokes a token.</summary>
public enum ConnectionRevocation
{
    /// <summary>A form with the token (RFC 7009).</summary>
    Form,

    /// <summary>DELETE with the token in a body of JSON, as GitHub has it ("Delete an app authorization", "Delete an app token").</summary>
    Delete,
}
