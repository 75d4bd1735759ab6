using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Accept;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Pipeline.Inspection.Texts;
using Gatehouse.Pipeline.Limit;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Pipeline.Validate;

namespace Gatehouse.Pipeline.Tests;

/// <summary>A pipeline is complete with the stage of its callers and with no other.</summary>
public sealed class CallerAuthenticationTests
{
    private static readonly VerifiedToken Person = LocalAccount.Of("me", 1000);

    [Fact]
    public void EachKind_NeedsItsOwnStage()
    {
        var token = new AuthenticateStage(null!);
        var person = new AuthenticateLocalAccountStage(Person);
        Assert.Empty(Parts(token, CallerAuthentication.Tokens).FindFaults());
        Assert.Empty(Parts(person, CallerAuthentication.Person).FindFaults());
        Assert.Contains("AuthenticateStage", Assert.Single(Parts(person, CallerAuthentication.Tokens).FindFaults()), StringComparison.Ordinal);
        Assert.Contains("AuthenticateLocalAccountStage", Assert.Single(Parts(token, CallerAuthentication.Person).FindFaults()),
            StringComparison.Ordinal);
        Assert.Equal(CallerAuthentication.Tokens, default);
    }

    [Fact]
    public void Person_HasAnIssuerThatNoConfigurationCanName()
    {
        Assert.False(Uri.TryCreate(LocalAccount.Issuer, UriKind.Absolute, out _));
        Assert.DoesNotContain(':', LocalAccount.Issuer);
    }

    private static PipelineParts Parts(IStage authenticate, CallerAuthentication kind) => new()
    {
        Accept = new AcceptStage(),
        Authenticate = authenticate,
        Callers = kind,
        Validate = new ValidateStage(null!),
        Session = new SessionStage(null!, null!, null!),
        Resolve = new ResolveStage(null!),
        Authorize = new AuthorizeStage(null!),
        Limit = new LimitStage(null!),
        Quotas = null!,
        InspectRequest = new InspectRequestStage(RequestInspector.Standard(new TextInspector(TimeProvider.System))),
        Approve = new ApproveStage(new NoApprovals()),
        Snapshots = new SnapshotHolder(null!),
        Sessions = null!,
        Conversations = null!,
        Forward = new ForwardStage(_ => null!, null!, null!),
        InspectResponse = ResponseInspector.Standard(null!, null!, null!, new TextInspector(TimeProvider.System)),
        Record = new RecordStage(null!),
    };
}
