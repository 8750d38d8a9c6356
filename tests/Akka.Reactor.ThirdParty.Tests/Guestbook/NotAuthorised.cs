namespace Akka.Reactor.ThirdParty.Tests.Guestbook;

public sealed class NotAuthorisedException(string user) : ReactorException($"{user} is not authorised.")
{
    public override FailureClass FailureClass => FailureClass.Named("not-authorised");
}
