namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The outcome of issuing an authorization code.</summary>
internal enum CodeIssueOutcome
{
    /// <summary>There is a code.</summary>
    Issued,

    /// <summary>The confirmation is unknown, or its time is over.</summary>
    Unknown,

    /// <summary>The confirmation came before. The result names the grant that followed from it.</summary>
    AlreadyConfirmed,

    /// <summary>The provider withheld every scope of the request.</summary>
    NoScope,

    /// <summary>The log cannot record the grant, so that there is none.</summary>
    Unrecorded,

    /// <summary>The client's id is the person's subject, so that a token of one could be taken for one of the other (RFC 9700 §4.15).</summary>
    AmbiguousSubject,

    /// <summary>An administrator contained the person or the client.</summary>
    Contained,

    /// <summary>The person was erased from the audit log since the sign-in, or is being erased now.</summary>
    Erased,
}
